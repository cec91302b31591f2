"""Gmail's API v1 over one mailbox: lists, mails in every format, attachments, history, profile."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from email.message import Message
from typing import Any

from werkzeug.datastructures import MultiDict

from paypulse.sandbox.google.answers import ApiError, not_found
from paypulse.sandbox.google.mail import Mail, Mailbox, filename, readable
from paypulse.sandbox.google.query import compiled

Args = MultiDict[str, str]
_MOST = 500
_ANYWHERE = re.compile(r"\bin:(anywhere|spam|trash)\b")
_SYSTEM_LABELS = ("INBOX", "SENT", "SPAM", "TRASH", "UNREAD")


def profile(mailbox: Mailbox) -> dict[str, Any]:
    """users.getProfile"""
    return {
        "emailAddress": mailbox.email,
        "messagesTotal": len(mailbox.mails),
        "threadsTotal": len({mail.thread_id for mail in mailbox.mails.values()}),
        "historyId": str(mailbox.counter),
    }


def labels(mailbox: Mailbox) -> dict[str, Any]:
    """users.labels.list"""
    names = set(_SYSTEM_LABELS).union(*(mail.labels for mail in mailbox.mails.values()))
    return {"labels": [{"id": name, "name": name, "type": _label_type(name)} for name in sorted(names)]}


def _label_type(name: str) -> str:
    return "system" if name in _SYSTEM_LABELS else "user"


def messages(mailbox: Mailbox, args: Args, *, now: float) -> dict[str, Any]:
    """users.messages.list: newest first. `messages` is absent when nothing matches, as in Gmail."""
    found = _found(mailbox, args, now=now)
    page, following = _page(found, args)
    answer: dict[str, Any] = {"resultSizeEstimate": len(found)}
    if page:
        answer["messages"] = [mail.reference() for mail in page]
    return answer | following


def _found(mailbox: Mailbox, args: Args, *, now: float) -> list[Mail]:
    query = args.get("q", "")
    everywhere = args.get("includeSpamTrash") == "true" or _ANYWHERE.search(query)
    hidden = set() if everywhere else {"SPAM", "TRASH"}
    wanted = set(args.getlist("labelIds"))
    matches = compiled(query, now=now)
    mails = (mail for mail in mailbox.mails.values() if not hidden & mail.labels and wanted <= mail.labels)
    return sorted((mail for mail in mails if matches(mail)), key=lambda mail: (-mail.sent, mail.message_id))


def _page(found: Sequence[Any], args: Args) -> tuple[Sequence[Any], dict[str, str]]:
    start = _number(args.get("pageToken") or "0")
    end = start + min(_number(args.get("maxResults") or "100"), _MOST)
    return found[start:end], {"nextPageToken": str(end)} if len(found) > end else {}


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ApiError(400, reason="invalidArgument", message="Invalid pageToken")
    return int(text)


def mail_of(mailbox: Mailbox, message_id: str) -> Mail:
    """The mailbox's mail. Raises ApiError 404."""
    if message_id not in mailbox.mails:
        raise not_found()
    return mailbox.mails[message_id]


def message(mailbox: Mailbox, message_id: str, args: Args) -> dict[str, Any]:
    """users.messages.get in the format raw, metadata, minimal or full."""
    mail = mail_of(mailbox, message_id)
    form = args.get("format", "full")
    answer = _minimal(mail)
    if form == "raw":
        answer["raw"] = _base64(mail.raw)
    elif form == "metadata":
        answer["payload"] = _metadata(mail, args)
    elif form == "full":
        answer["payload"] = _part(mailbox, mail, part=mail.message, number="")
    elif form != "minimal":
        raise ApiError(400, reason="invalidArgument", message="Invalid format")
    return answer


def _minimal(mail: Mail) -> dict[str, Any]:
    return {
        **mail.reference(),
        "labelIds": sorted(mail.labels),
        "snippet": " ".join(mail.text.split())[:200],
        "historyId": str(mail.history),
        "internalDate": str(int(mail.sent * 1000)),
        "sizeEstimate": len(mail.raw),
    }


def _metadata(mail: Mail, args: Args) -> dict[str, Any]:
    wanted = {name.lower() for name in args.getlist("metadataHeaders")}
    headers = [each for each in _headers(mail.message) if not wanted or each["name"].lower() in wanted]
    return {"mimeType": mail.message.get_content_type(), "headers": headers}


def _headers(part: Message) -> list[dict[str, str]]:
    return [{"name": name, "value": readable(value)} for name, value in part.items()]


def _part(mailbox: Mailbox, mail: Mail, *, part: Message, number: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "partId": number,
        "mimeType": part.get_content_type(),
        "filename": filename(part),
        "headers": _headers(part),
        "body": {"size": 0},
    }
    if part.is_multipart():
        prefix = f"{number}." if number else ""
        children = enumerate(part.get_payload())
        answer["parts"] = [_part(mailbox, mail, part=child, number=f"{prefix}{i}") for i, child in children]
    else:
        answer["body"] = _body(mailbox, mail, part)
    return answer


def _body(mailbox: Mailbox, mail: Mail, part: Message) -> dict[str, Any]:
    """A leaf's content; an attachment's by a reference that is new on every read, as in Gmail."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if not filename(part):
        return {"size": len(content), "data": _base64(content)}
    handle = f"ANGjdJ{secrets.token_urlsafe(24)}"
    mailbox.attachments[handle] = (mail.message_id, content)
    return {"size": len(content), "attachmentId": handle}


def attachment(mailbox: Mailbox, message_id: str, attachment_id: str) -> dict[str, Any]:
    """users.messages.attachments.get"""
    owner, content = mailbox.attachments.get(attachment_id, ("", b""))
    if owner != message_id:
        raise not_found()
    return {"size": len(content), "data": _base64(content)}


def history(mailbox: Mailbox, args: Args) -> dict[str, Any]:
    """users.history.list. A start that is too old is answered with 404: the client must search again."""
    start = _number(args.get("startHistoryId") or "0")
    if start < mailbox.oldest_history:
        raise not_found()
    kinds = {_plural(name) for name in args.getlist("historyTypes")}
    changes = [each for each in mailbox.changes if each.number > start and (not kinds or each.kind in kinds)]
    page, following = _page(changes, args)
    answer: dict[str, Any] = {"historyId": str(mailbox.counter)}
    if page:
        answer["history"] = [change.record() for change in page]
    return answer | following


def _plural(history_type: str) -> str:
    return re.sub("^(message|label)", r"\1s", history_type)


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode()
