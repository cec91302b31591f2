"""The site of the sandbox: Django under Waitress, and beside it a page for the world around it: new mail in, letters out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from threading import Thread
from typing import TYPE_CHECKING, Any

from waitress.server import create_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WORLD = "/sandbox/"
_THREADS = 8
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "article{border:1px solid #8886;border-radius:.75rem;padding:1rem 1.25rem;margin:1rem 0}h3{font-size:1.05rem;margin:0}"
    "p{margin:.25rem 0}pre{white-space:pre-wrap;font:inherit;margin:.75rem 0 0}button{font:inherit;padding:.4rem 1rem}"
)


@dataclass(frozen=True, slots=True)
class World:
    """What lies around the product: `letters` gives what SES would have sent, `deliver` puts a mail into the demo mailbox."""

    letters: Callable[[], Iterable[Mapping[str, Any]]]
    deliver: Callable[[], str]


class Site:
    """The product's pages on a loopback port, from threads of this process."""

    def __init__(self, application: WSGIApplication, world: World, *, port: int) -> None:
        self._server: Any = create_server(
            beside(application, world), host="127.0.0.1", port=port, threads=_THREADS, ident=None
        )
        self._thread = Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests."""
        self._server.close()
        self._thread.join(5)


def beside(application: WSGIApplication, world: World) -> WSGIApplication:
    """`application`, with the page of the world around it at an address of its own."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != WORLD:
            return application(environ, start_response)
        return _world(Request(environ), world)(environ, start_response)

    return answer


def _world(request: Request, world: World) -> Response:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        world.deliver()
        return redirect(WORLD, 303)
    return Response(_page(world.letters()), content_type="text/html; charset=utf-8")


def _page(mails: Iterable[Mapping[str, Any]]) -> str:
    letters = "".join(_letter(mail) for mail in reversed(list(mails)))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>The sandbox's world</title><style>{_STYLE}</style><h1>The world around the sandbox</h1>"
        "<p>This page exists on this machine only.</p><h2>Mail in</h2>"
        '<form method="post"><button>Put another mail into the demo mailbox</button></form>'
        "<p>Then press “Sync now” on the overview.</p><h2>Letters out</h2>"
        f"{letters or '<p>Nothing yet.</p>'}</html>"
    )


def _letter(mail: Mapping[str, Any]) -> str:
    to = ", ".join(mail["To"])
    return (
        f"<article><h3>{escape(mail['Subject'])}</h3><p>To {escape(to)}</p>"
        f"<pre>{escape(mail['BodyText'] or '')}</pre></article>"
    )
