"""The site in a thread of the tests' own process, over AWS in memory, and a browser that looks at it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from paypulse.core.clock import epoch
from tests.conftest import cloud

__all__ = ["chromium", "cloud", "serving", "session_of", "signed_in"]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None: ...


# Where a page is cut when it comes in slowly: behind a row, a card or a list's entry.
WHOLE = re.compile(rb"(?<=</tr>)|(?<=</dl>)|(?<=</li>)|(?<=</header>)|(?<=</section>)|(?<=</form>)")


def slow(application: WSGIApplication) -> WSGIApplication:
    """The same pages over a slow line: piece by piece, each seen before the next one comes."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for piece in WHOLE.split(b"".join(application(environ, start_response))):
            yield piece
            time.sleep(0.04)

    return answer


@contextmanager
def serving(*, slowly: bool = False) -> Iterator[str]:
    """The address of the running site."""
    from paypulse.wsgi import application

    app = slow(application) if slowly else application
    with make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield browser
        browser.close()


def signed_in(browser: Browser, site: str, user_id: str, **options: object) -> BrowserContext:
    """A browser window in which this person is signed in."""
    context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session_of(user_id), "url": site}])
    return context


def session_of(user_id: str) -> str:
    """A session in which this person is signed in; made in a thread, because Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_session_of, user_id).result()


def _session_of(user_id: str) -> str:
    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    session = client.session
    session["confirmed_at"] = epoch()  # signing in is giving the password
    session.save()
    return client.cookies["sessionid"].value
