"""The site of the sandbox: Django under Waitress, and beside it the letters that SES would have sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from threading import Thread
from typing import TYPE_CHECKING, Any

from waitress.server import create_server
from werkzeug.wrappers import Response

from paypulse.sandbox.emulator import Emulator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUTBOX = "/sandbox/outbox/"
_THREADS = 8
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "article{border:1px solid #8886;border-radius:.75rem;padding:1rem 1.25rem;margin:1rem 0}h2{font-size:1.05rem;margin:0}"
    "p{margin:.25rem 0;opacity:.75}pre{white-space:pre-wrap;font:inherit;margin:.75rem 0 0}"
)


class Site:
    """The product's pages on a loopback port, from threads of this process."""

    def __init__(self, application: WSGIApplication, emulator: Emulator, *, port: int) -> None:
        self._server: Any = create_server(
            beside(application, emulator), host="127.0.0.1", port=port, threads=_THREADS, ident=None
        )
        self._thread = Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests."""
        self._server.close()
        self._thread.join(5)


def beside(application: WSGIApplication, emulator: Emulator) -> Callable[..., Iterable[bytes]]:
    """`application`, with the outbox at its own address."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != OUTBOX:
            return application(environ, start_response)
        page = _outbox(emulator.outbox())
        return Response(page, content_type="text/html; charset=utf-8")(environ, start_response)

    return answer


def _outbox(mails: Iterable[Mapping[str, Any]]) -> str:
    letters = "".join(_letter(mail) for mail in reversed(list(mails)))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Outbox of the sandbox</title><style>{_STYLE}</style><h1>Outbox</h1>"
        "<p>What would have been sent as e-mail. It exists in the sandbox only.</p>"
        f"{letters or '<p>Nothing yet.</p>'}</html>"
    )


def _letter(mail: Mapping[str, Any]) -> str:
    to = ", ".join(mail["To"])
    return (
        f"<article><h2>{escape(mail['Subject'])}</h2><p>To {escape(to)}</p>"
        f"<pre>{escape(mail['BodyText'] or '')}</pre></article>"
    )
