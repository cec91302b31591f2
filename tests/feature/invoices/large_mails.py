"""A worker that fetches a mailbox of large mails, in a process of its own: `python -m tests.feature.invoices.large_mails TOKENS`.

Prints how many MB its memory grew at the peak, and the size of each document that it kept. What is kept goes nowhere: the S3 in
memory would hold it.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from tests import conftest  # isort: skip  (sets the environment before anything of ours is imported)
from accounts import store as people
from accounts.google import GMAIL_READONLY, GoogleTokens
from accounts.mailboxes import connect
from invoices.ingestion import request_sync
from lambdas import fetch_retail_invoices
from paypulse.core.aws import client
from paypulse.core.config import config
from tests.feature.invoices.world import EMAIL, SHOP, Context, queue_event, taken
from vendors import store as vendors


def main(access_token: str, refresh_token: str) -> None:
    """Fetch the mailbox that the tokens open."""
    sizes: list[int] = []
    with conftest.cloud():
        vendors.save(SHOP, by="test", expected_version=None)
        ends = datetime.now(UTC) + timedelta(hours=1)
        tokens = GoogleTokens(access_token=access_token, refresh_token=refresh_token, expires_at=ends)
        user_id = people.create_user(email=EMAIL, name="Alice", password="correct horse battery").user_id
        mailbox = connect(user_id, google_id="1", email=EMAIL, tokens=tokens, scopes=(GMAIL_READONLY,))

        def keep(model: Any, params: dict[str, Any], **_: Any) -> Any:
            sizes.append(sum(map(len, _blocks(params["body"]))))
            return SimpleNamespace(status_code=200), {}

        client("s3").meta.events.register("before-call.s3.PutObject", keep)
        request_sync(user_id, mailbox.mailbox_id)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew: making the tables was one
        before = _peak_mb()
        fetch_retail_invoices.handler(queue_event(taken(config().fetch_retail_invoices_queue)), Context())
        print(json.dumps([_peak_mb() - before, *sizes]))


def _blocks(body: bytes | IO[bytes]) -> Any:
    """The bytes as they are sent: a whole body at once, or block by block out of a file."""
    return [body] if isinstance(body, bytes) else iter(lambda: body.read(65536), b"")


def _peak_mb() -> float:
    [line] = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
