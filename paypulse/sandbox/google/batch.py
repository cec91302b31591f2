"""Google's batch endpoint: one multipart request of many, each answered on its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from paypulse.sandbox.google.answers import ApiError

_MOST = 100


def batch(request: Request, dispatch: Callable[[Request], Response]) -> Response:
    """The answers of `dispatch` to every request inside, in their order."""
    calls = _calls(request)
    if len(calls) > _MOST:
        raise ApiError(400, reason="badRequest", message="The batch request contains too many calls.")
    boundary = f"batch_{secrets.token_hex(8)}"
    parts = [_answered(call, dispatch(_inner(request, call))) for call in calls]
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return Response(f"{body}--{boundary}--\r\n", content_type=f"multipart/mixed; boundary={boundary}")


def _calls(request: Request) -> list[Message]:
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode()
    payload = message_from_bytes(head + request.get_data()).get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _inner(request: Request, call: Message) -> Request:
    content = call.get_payload(decode=True)
    text = content.decode() if isinstance(content, bytes) else ""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    method, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    names = {name.lower() for name in headers}
    if "authorization" not in names:
        headers["Authorization"] = request.headers.get("Authorization", "")
    builder = EnvironBuilder(
        path=target, method=method, headers=list(headers.items()), data=body, base_url=request.host_url
    )
    return Request(builder.get_environ())


def _answered(call: Message, answer: Response) -> str:
    number = str(call["Content-ID"]).strip("<>")
    return (
        f"Content-Type: application/http\r\nContent-ID: <response-{number}>\r\n\r\n"
        f"HTTP/1.1 {answer.status}\r\nContent-Type: {answer.content_type}\r\n\r\n{answer.get_data(as_text=True)}"
    )
