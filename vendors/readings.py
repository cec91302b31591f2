"""How a vendor's documents were read, without their content: what drift, ask-rate and replays are worked out from.

Access patterns
- one document was read: put VendorReadings[vendor_id, time and document]
- a vendor's last readings: query VendorReadings[vendor_id], newest first
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from paypulse.core.clock import now
from vendors import tables

_KEPT: Final = timedelta(days=400)
_POSITION: Final = re.compile(r":nth-of-type\(\d+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document of a vendor as it was read.

    `statuses` maps each field that was found to proved, read or unsure; `fingerprint` is a digest of the document's layout;
    a `shadow` reading was not published.
    """

    vendor_id: str
    user_id: str
    s3_path: str
    statuses: Mapping[str, str]
    invoice_id: str | None = None
    vendor_version: int = 0
    fingerprint: str | None = None
    shadow: bool = False
    at: datetime | None = None


def record(reading: Reading) -> None:
    """Keep the reading for 400 days. Recording the same document again at another time keeps both."""
    at = reading.at or now()
    tables.VendorReading(
        vendor_id=reading.vendor_id,
        reading_id=f"{at.isoformat(timespec='milliseconds')}#{sha256(reading.s3_path.encode()).hexdigest()[:16]}",
        user_id=reading.user_id,
        s3_path=reading.s3_path,
        invoice_id=reading.invoice_id,
        vendor_version=reading.vendor_version,
        fingerprint=reading.fingerprint,
        statuses=dict(reading.statuses),
        shadow=reading.shadow,
        expires_at=at + _KEPT,
    ).save()


def latest(vendor_id: str, *, limit: int = 200) -> tuple[Reading, ...]:
    """The vendor's last readings, newest first, at most `limit`; a document that was read twice is there twice."""
    items = tables.VendorReading.query(vendor_id, scan_index_forward=False, limit=limit)
    return tuple(map(_reading, items))


def _reading(item: tables.VendorReading) -> Reading:
    return Reading(
        vendor_id=item.vendor_id,
        user_id=item.user_id,
        s3_path=item.s3_path,
        invoice_id=item.invoice_id,
        vendor_version=int(item.vendor_version),
        statuses=item.statuses,
        fingerprint=item.fingerprint,
        shadow=item.shadow,
        at=datetime.fromisoformat(item.reading_id.partition("#")[0]),
    )


def layout(document: Any) -> str | None:
    """A digest of where a document has its text, so that a changed template shows; None for plain text.

    `document` is an opened document (parts of lines of cells). How many lines a table has, and what they say, does not
    count: element paths without positions, and the columns in which a page's labels begin.
    """
    cells = [cell for part in document.parts for line in part.lines for cell in line.cells]
    paths = {_POSITION.sub("", cell.path()) for cell in cells if cell.path}
    columns = {f"x{round(cell.box[0] / 20)}" for cell in cells if cell.box and not any(map(str.isdigit, cell.text))}
    marks = sorted(paths | columns)
    return sha256("|".join(marks).encode()).hexdigest()[:16] if marks else None
