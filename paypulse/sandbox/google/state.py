"""Keeping the local Google's mail and grants in a folder, so that it wakes up as it went to sleep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paypulse.sandbox.google.mail import Change, Mail, Mailbox
from paypulse.sandbox.google.oauth import Authority, Grant


class Folder:
    """A folder with `google.json` and one file a mail. Everything but the mails is written anew at every save."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.mkdir(parents=True, exist_ok=True)

    def save(self, mailboxes: Mapping[str, Mailbox], authority: Authority) -> None:
        """Write what changed; a reader sees the old state or the new one, never a half."""
        state = {"mailboxes": [self._saved(each) for each in mailboxes.values()], "grants": _grants(authority)}
        fresh = self.path / "google.json.new"
        fresh.write_text(json.dumps(state))
        fresh.replace(self.path / "google.json")

    def load(self, authority: Authority) -> dict[str, Mailbox]:
        """The mailboxes as they were saved, and `authority` with its tokens; nothing when there is no state."""
        file = self.path / "google.json"
        if not file.exists():
            return {}
        state = json.loads(file.read_text())
        authority.refresh = {token: _grant(kept) for token, kept in state["grants"]["refresh"].items()}
        authority.access = {token: (_grant(kept), until) for token, (kept, until) in state["grants"]["access"].items()}
        return {each["email"]: self._loaded(each) for each in state["mailboxes"]}

    def _saved(self, mailbox: Mailbox) -> dict[str, Any]:
        mails = [self._saved_mail(mailbox, mail) for mail in mailbox.mails.values()]
        plain = {name: getattr(mailbox, name) for name in ("email", "name", "counter", "oldest_history")}
        return plain | {"mails": mails, "changes": [asdict(change) for change in mailbox.changes]}

    def _saved_mail(self, mailbox: Mailbox, mail: Mail) -> dict[str, Any]:
        file = self._file(mailbox, mail.message_id)
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(mail.raw)
        return {"id": mail.message_id, "labels": sorted(mail.labels), "sent": mail.sent, "history": mail.history}

    def _loaded(self, kept: Mapping[str, Any]) -> Mailbox:
        mailbox = Mailbox(kept["email"], kept["name"], counter=kept["counter"], oldest_history=kept["oldest_history"])
        mailbox.changes = [Change(**{**change, "labels": tuple(change["labels"])}) for change in kept["changes"]]
        for mail in kept["mails"]:
            raw = self._file(mailbox, mail["id"]).read_bytes()
            mailbox.mails[mail["id"]] = Mail(mail["id"], raw, set(mail["labels"]), mail["sent"], mail["history"])
        return mailbox

    def _file(self, mailbox: Mailbox, message_id: str) -> Path:
        return self.path / mailbox.google_id / f"{message_id}.eml"


def _grants(authority: Authority) -> dict[str, Any]:
    return {
        "refresh": {token: asdict(grant) for token, grant in authority.refresh.items()},
        "access": {token: (asdict(grant), until) for token, (grant, until) in authority.access.items()},
    }


def _grant(kept: Mapping[str, Any]) -> Grant:
    return Grant(**{**kept, "scopes": tuple(kept["scopes"])})
