"""Invoices: every read and write of the invoice tables and their fingerprints.

Access patterns
- a person's retail invoices, newest first, in a range of days: RetailInvoices invoice_date-index; of one category:
  sub_type-invoice_date-index; one query a page
- a person's rent notices, newest first: RentalInvoices[user_id], one query (twelve a year)
- one invoice with its details: one batch read over the two base tables and the eight detail tables
- what asks for a look: the months name it; then a batch read
- a new reading, a correction, a deletion: one transaction (invoices.recording), each row on the condition that it is
  still as it was read
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from invoices import documents, ledger
from invoices.duplicates import DuplicateKey, fingerprints
from invoices.invoice import Correction, Invoice, InvoiceState, Page, Waiting
from invoices.recording import Change, attempts, entry_reason, entry_state
from invoices.rows import AMOUNTS, Row, in_force, plain_details, to_details, to_invoice, to_row, with_value
from invoices.tables import (
    DETAIL_TABLES,
    Fingerprint,
    InvoiceDateIndex,
    RentalInvoice,
    RetailInvoice,
    SubTypeDateIndex,
)
from paypulse.core.categories import SubType
from paypulse.core.clock import now
from paypulse.core.errors import ConflictError, NotFoundError, PayPulseError
from paypulse.core.money import exact
from paypulse.core.tables import Table, read_together

SHOWN: Final = (InvoiceState.OK, InvoiceState.NEEDS_LOOK)
_DAYS: Final = frozenset({"invoice_date", "due_date", "period_start", "period_end"})
_TEXTS: Final = frozenset(
    {"vendor_name", "currency", "invoice_number", "order_number", "ocr_number", "bankgiro", "plusgiro", "iban"}
)
_FIELDS: Final = _TEXTS | _DAYS | {"total_amount", "tax"}
_DETAILS: Final = frozenset().union(*map(plain_details, SubType))
_DECIDED: Final = frozenset({"state", "linked_to"})
_AT_ONCE: Final = 50
_NEEDED: Final = ("total_amount", "currency")
Value = str | Decimal | date | None


class CursorError(PayPulseError):
    """The cursor is none of ours, or not for this list: start again from the first page."""


class CorrectionError(PayPulseError):
    """The value does not fit the field, or the field cannot be corrected."""


def list_retail(
    user_id: str,
    *,
    sub_type: SubType | None = None,
    since: date | None = None,
    until: date | None = None,
    vendor_id: str | None = None,
    states: Collection[InvoiceState] = SHOWN,
    oldest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Retail invoices of the days from `since` to `until`, both included, newest first; by default without duplicates.

    Raises CursorError for a cursor that is not of this list.
    """
    if since and until and since > until:
        return Page((), None)
    partition = f"{user_id}_{sub_type}" if sub_type else user_id
    index: Any = RetailInvoice.sub_type_date_index if sub_type else RetailInvoice.invoice_date_index
    found = index.query(
        partition,
        _between(SubTypeDateIndex if sub_type else InvoiceDateIndex, since, until),
        filter_condition=_wanted(RetailInvoice, states, vendor_id),
        scan_index_forward=oldest_first,
        limit=limit,
        page_size=limit + 10,
        last_evaluated_key=_start(user_id, sub_type, cursor),
    )
    items = tuple(to_invoice(row) for row in found)
    return Page(items, _cursor(found.last_evaluated_key))


def list_rental(
    user_id: str, *, year: int | None = None, states: Collection[InvoiceState] = SHOWN
) -> tuple[Invoice, ...]:
    """Rent notices (due in `year`), the latest due first; by default without duplicates."""
    rows = RentalInvoice.query(user_id, filter_condition=_wanted(RentalInvoice, states, None), consistent_read=True)
    found = (to_invoice(row) for row in rows)
    kept = [each for each in found if year is None or each.day.year == year]
    return tuple(sorted(kept, key=lambda each: (each.day, each.invoice_id), reverse=True))


def page_rental(
    user_id: str,
    *,
    year: int | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Rent notices due (in `year`) from `since` to `until`, both included, the latest due first. Raises CursorError."""
    after = _place(cursor) if cursor else None
    found = [
        each
        for each in list_rental(user_id, year=year)
        if (since is None or each.day >= since)
        and (until is None or each.day <= until)
        and (after is None or (each.day.isoformat(), each.invoice_id) < after)
    ]
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(found[:limit]), _written(last.day.isoformat(), last.invoice_id) if last else None)


def invoice(user_id: str, invoice_id: str) -> Invoice:
    """One invoice with its details, in one read. Raises NotFoundError when this person has none of that id."""
    base, detail = _read(user_id, invoice_id)
    if base is None:
        raise NotFoundError("there is no such invoice")
    return to_invoice(base, to_details(detail) if detail is not None else {})


def find(user_id: str, invoice_id: str) -> Invoice | None:
    """One invoice with its details, or None."""
    base, detail = _read(user_id, invoice_id)
    return to_invoice(base, to_details(detail) if detail is not None else {}) if base is not None else None


def some(user_id: str, invoice_ids: Sequence[str]) -> tuple[Invoice, ...]:
    """These invoices without their details, in this order; an id that is not this person's is left out. One read for fifty."""
    found = {each.invoice_id: each for each in each_owners((user_id, each) for each in invoice_ids)}
    return tuple(found[each] for each in invoice_ids if each in found)


def each_owners(owned: Iterable[tuple[str, str]]) -> Iterator[Invoice]:
    """These invoices without their details, each asked for by its owner and its id, in no order. One read for fifty."""
    wanted = list(dict.fromkeys(owned))
    for start in range(0, len(wanted), _AT_ONCE):
        keys = [{"UserID": {"S": user}, "InvoiceID": {"S": each}} for user, each in wanted[start : start + _AT_ONCE]]
        for row in read_together(dict.fromkeys((RentalInvoice, RetailInvoice), keys)):
            if isinstance(row, (RentalInvoice, RetailInvoice)):
                yield to_invoice(row)


def needs_look(user_id: str, *, limit: int = 50) -> Waiting:
    """What asks the person something, the latest month first, at most `limit`: two reads, however many invoices there are.

    The months say which ones; what was settled since they were worked out is left out, and looked past when it fills a read.
    """
    from invoices import summaries  # few who read or write a row need the months

    asked = summaries.asked(user_id)
    left, rest = asked.count, list(asked.invoice_ids)
    while rest:
        found = some(user_id, rest[:limit])
        waiting = tuple(each for each in found if each.state is InvoiceState.NEEDS_LOOK)
        left -= len(rest[:limit]) - len(waiting)
        if waiting:
            return Waiting(waiting, left)
        rest = rest[limit:]
    return Waiting((), 0)


def record(fresh: Invoice, *, same_mail: str | None = None) -> Invoice:
    """Keep a reading: base row, details, ledger line and fingerprints in one transaction; gives the invoice as kept.

    Reading the same again changes nothing; another reading keeps what the person corrected, paid or decided. `same_mail` is
    the invoice that the same mail carried as a PDF. Raises BusyError when the rows keep changing.
    """
    return attempts(lambda: _record(fresh, same_mail))


def correct(user_id: str, invoice_id: str, *, expected_version: int, changes: Mapping[str, Value]) -> Invoice:
    """Put the person's values in place of what was read; None says that there is no such value.

    Fields: total_amount, tax, currency, the dates, the numbers, vendor_name, and for retail sub_type and what only its
    category has. Raises NotFoundError,
    ConflictError when the invoice is not at `expected_version` any more, CorrectionError for a value that does not fit.
    """
    return _change(user_id, invoice_id, expected_version, lambda old: _corrected(old, changes))


def undo(user_id: str, invoice_id: str, *, expected_version: int, name: str) -> Invoice:
    """Put back what was read in a corrected field. Raises NotFoundError, ConflictError, CorrectionError."""
    return _change(user_id, invoice_id, expected_version, lambda old: _undone(old, name))


def set_paid(user_id: str, invoice_id: str, *, expected_version: int, paid_on: date | None) -> Invoice:
    """Say when it was paid; None takes that back. Raises NotFoundError, ConflictError."""
    return _change(
        user_id,
        invoice_id,
        expected_version,
        lambda old: _paid(old, paid_on),
    )


def amend(user_id: str, invoice_id: str, *, expected_version: int, changes: Mapping[str, Value]) -> Invoice:
    """Corrections, and when it was paid (`paid_on` among the changes), together. Raises what `correct` does.

    Without any change it is the invoice as it is, if that is still the version expected.
    """
    corrections = {name: value for name, value in changes.items() if name != "paid_on"}
    paid = changes.get("paid_on")

    def work(old: Invoice) -> Invoice:
        new = _corrected(old, corrections)
        return _paid(new, date.fromisoformat(str(paid)) if paid else None) if "paid_on" in changes else new

    if changes:
        return _change(user_id, invoice_id, expected_version, work)
    return _expected(invoice(user_id, invoice_id), expected_version)


def set_state(user_id: str, invoice_id: str, *, expected_version: int, state: InvoiceState) -> Invoice:
    """What the person says it is: ok (not a duplicate, nothing to ask) or not_an_invoice. Raises NotFoundError, ConflictError."""
    return _change(user_id, invoice_id, expected_version, lambda old: _told(old, state))


def link(
    user_id: str,
    invoice_id: str,
    *,
    expected_version: int,
    duplicate_of: str | None = None,
    linked_to: str | None = None,
) -> Invoice:
    """Say that it is a double of another invoice, or that the two belong together, as an invoice and its refund do.

    Raises NotFoundError (of either), ConflictError.
    """
    others = [each for each in (duplicate_of, linked_to) if each]
    if invoice_id in others or len(some(user_id, others)) != len(others):
        raise NotFoundError("there is no such invoice")
    if linked_to:
        return attempts(lambda: _link_both(user_id, invoice_id, expected_version, linked_to))
    return _change(user_id, invoice_id, expected_version, lambda old: _joined(old, duplicate_of, None))


def relatives(asked: Invoice) -> tuple[Invoice, ...]:
    """The doubles of an invoice, and what belongs to it by its number (a refund, a correction): two reads."""
    rows = Fingerprint.batch_get([(asked.user_id, name) for name in fingerprints(asked)])
    ids = {holder["id"] for row in rows for holder in row.holders} - {asked.invoice_id}
    found = some(asked.user_id, sorted(ids)[:_AT_ONCE])
    return tuple(each for each in found if asked.invoice_id in (each.duplicate_of, each.linked_to))


def delete_retail(user_id: str, invoice_id: str) -> Invoice:
    """Remove a retail invoice with its details and every version of its original; gives what was removed.

    The original goes first, so that a crash in between leaves a row that can be deleted again. Raises NotFoundError.
    """
    old = invoice(user_id, invoice_id)
    if old.is_rental:
        raise NotFoundError("there is no such retail invoice")
    documents.remove(user_id, old.s3_path)
    attempts(lambda: _drop(user_id, invoice_id))
    return old


def _drop(user_id: str, invoice_id: str) -> None:
    old = find(user_id, invoice_id)
    if old is not None:
        change = Change(user_id)
        change.drop(old)
        change.commit()


def _record(fresh: Invoice, same_mail: str | None) -> Invoice:
    old = find(fresh.user_id, fresh.invoice_id)
    merged = _merged(old, fresh) if old else fresh
    if same_mail:
        merged = replace(merged, duplicate_of=same_mail, duplicate_key=str(DuplicateKey.MAIL))
    if old and _is_same(old, merged):
        _heal_ledger(old)
        return old
    change = Change(fresh.user_id)
    kept = change.put(old, merged)
    change.commit()
    return replace(kept, version=(old.version if old else 0) + 1)


def _merged(old: Invoice, fresh: Invoice) -> Invoice:
    kept = replace(
        fresh,
        corrections=old.corrections,
        history=old.history,
        paid_on=old.paid_on,
        created_at=old.created_at,
        state=old.state,
        duplicate_of=old.duplicate_of,
        duplicate_key=old.duplicate_key,
        linked_to=old.linked_to,
        version=old.version,
    )
    for name, correction in old.corrections.items():
        if name not in _DECIDED:
            kept = with_value(kept, name, _typed(name, correction.value))
    return replace(kept, reasons=open_questions(kept))


def _is_same(old: Invoice, new: Invoice) -> bool:
    same_time = replace(new, updated_at=old.updated_at)
    return to_row(old).to_dynamodb_dict() == to_row(same_time).to_dynamodb_dict()


def _heal_ledger(old: Invoice) -> None:
    if old.entry_id:
        ledger.settle(
            old.user_id,
            old.entry_id,
            state=entry_state(old),
            reason=entry_reason(old),
            invoice_id=old.invoice_id,
            duplicate_of=old.duplicate_of,
        )


def _change(user_id: str, invoice_id: str, expected_version: int, work: Any) -> Invoice:
    return attempts(lambda: _change_once(user_id, invoice_id, expected_version, work))


def _expected(found: Invoice, version: int) -> Invoice:
    if found.version != version:
        raise ConflictError("the invoice was changed in the meantime", version=found.version)
    return found


def _change_once(user_id: str, invoice_id: str, expected_version: int, work: Any) -> Invoice:
    old = _expected(invoice(user_id, invoice_id), expected_version)
    new = replace(work(old), updated_at=now())
    change = Change(user_id)
    kept = change.put(old, replace(new, reasons=open_questions(new)))
    change.commit()
    return replace(kept, version=old.version + 1)


def open_questions(asked: Invoice) -> tuple[str, ...]:
    """What still has to be asked: the reasons that no correction has answered.

    A document that could not be read has nothing more to ask once the person has given its amount and currency.
    """
    by_hand = all(name in asked.corrections for name in _NEEDED) and asked.total_amount is not None and asked.currency
    fields = {*_NEEDED, "due_date", "invoice_date"}
    return tuple(each for each in asked.reasons if (each in fields or not by_hand) and each not in asked.corrections)


def _corrected(old: Invoice, changes: Mapping[str, Value]) -> Invoice:
    new = old
    for name, value in changes.items():
        typed = _typed(name, value)
        if not _is_correctable(new, name) or (name == "sub_type" and typed is None):
            raise CorrectionError("this field cannot be corrected here", field=name)
        was = in_force(new, name)
        first = old.corrections[name].was if name in old.corrections else _plain(was)
        correction = Correction(value=_plain(typed), at=now(), was=first)
        new = with_value(replace(new, corrections={**new.corrections, name: correction}), name, typed)
        new = _noted(new, name, was, typed)
    return new


def _is_correctable(invoice: Invoice, name: str) -> bool:
    """Whether the invoice has the field: rent has no category, and a category only its own details."""
    if invoice.sub_type is None:
        return name in _FIELDS
    return name == "sub_type" or name in _FIELDS or name in plain_details(invoice.sub_type)


def _paid(old: Invoice, paid_on: date | None) -> Invoice:
    return _noted(replace(old, paid_on=paid_on), "paid_on", old.paid_on, paid_on)


def _undone(old: Invoice, name: str) -> Invoice:
    if name not in old.corrections or name in _DECIDED:
        raise CorrectionError("this field was not corrected", field=name)
    back = _typed(name, old.corrections[name].was)
    kept = {each: value for each, value in old.corrections.items() if each != name}
    asked = (*old.reasons, name) if old.is_rental and name == "due_date" and back is None else old.reasons
    unsure = name in old.facts and old.facts[name].status == "unsure" and name in (*_NEEDED, "due_date")
    reasons = tuple(dict.fromkeys((*asked, name))) if unsure or (name in _NEEDED and back is None) else asked
    new = with_value(replace(old, corrections=kept, reasons=reasons), name, back)
    return _noted(new, name, in_force(old, name), back)


def _told(old: Invoice, state: InvoiceState) -> Invoice:
    first = old.corrections["state"].was if "state" in old.corrections else str(old.state)
    correction = Correction(value=str(state), at=now(), was=first)
    new = replace(old, corrections={**old.corrections, "state": correction}, duplicate_key=None, duplicate_of=None)
    return _noted(new, "state", old.state, state)


def _link_both(user_id: str, invoice_id: str, expected_version: int, other_id: str) -> Invoice:
    """Each says that it belongs to the other, in one transaction; what the other belonged to before stays."""
    old, other = invoice(user_id, invoice_id), invoice(user_id, other_id)
    if old.version != expected_version:
        raise ConflictError("the invoice was changed in the meantime", version=old.version)
    change = Change(user_id)
    kept = change.put(old, replace(_joined(old, None, other_id), updated_at=now()))
    if other.linked_to is None:
        change.put(other, replace(_joined(other, None, invoice_id), updated_at=now()))
    change.commit()
    return replace(kept, version=old.version + 1)


def _joined(old: Invoice, duplicate_of: str | None, linked_to: str | None) -> Invoice:
    if duplicate_of:
        first = old.corrections["state"].was if "state" in old.corrections else str(old.state)
        told = Correction(value=str(InvoiceState.DUPLICATE), at=now(), was=first)
        new = replace(
            old, duplicate_of=duplicate_of, duplicate_key=None, corrections={**old.corrections, "state": told}
        )
        return _noted(new, "duplicate_of", old.duplicate_of, duplicate_of)
    told = Correction(value=linked_to, at=now(), was=old.linked_to)
    new = replace(old, linked_to=linked_to, corrections={**old.corrections, "linked_to": told})
    return _noted(new, "linked_to", old.linked_to, linked_to)


def _noted(new: Invoice, name: str, was: Value, value: Value) -> Invoice:
    entry = {"at": now().isoformat(), "field": name, "old": _plain(was), "new": _plain(value)}
    return replace(new, history=(*new.history, entry))


def _typed(name: str, value: Value) -> Any:
    """The value as the field holds it. Raises CorrectionError."""
    if value is None or value == "":
        return None
    try:
        if name in AMOUNTS:
            return exact(str(value))
        if name in _DAYS:
            return date.fromisoformat(str(value))
        if name == "sub_type":
            return SubType(str(value))
    except (PayPulseError, ValueError) as error:
        raise CorrectionError("the value does not fit the field", field=name) from error
    if name not in _TEXTS and name not in _DETAILS:
        raise CorrectionError("this field cannot be corrected", field=name)
    return str(value).strip().upper()[:3] if name == "currency" else str(value).strip()[:200]


def _plain(value: Value) -> str | None:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _read(user_id: str, invoice_id: str) -> tuple[Row | None, Table | None]:
    rows = read_together(_all_tables(user_id, invoice_id))
    base = next((row for row in rows if isinstance(row, (RentalInvoice, RetailInvoice))), None)
    if not isinstance(base, RetailInvoice):
        return base, None
    wanted = DETAIL_TABLES[SubType(base.sub_type)]
    detail = next((row for row in rows if isinstance(row, wanted) and row.user_id == user_id), None)
    return base, detail


def _all_tables(user_id: str, invoice_id: str) -> dict[type[Table], list[Mapping[str, Any]]]:
    """The key of this invoice in each of the ten tables."""
    tables: tuple[type[Table], ...] = (RentalInvoice, RetailInvoice, *DETAIL_TABLES.values())
    base = {"UserID": {"S": user_id}, "InvoiceID": {"S": invoice_id}}
    detail = {"InvoiceID": {"S": invoice_id}}
    return {table: [base if "user_id" in _keys(table) else detail] for table in tables}


def _keys(model: type[Table]) -> tuple[str, ...]:
    return tuple(name for name, each in model.get_attributes().items() if each.is_hash_key or each.is_range_key)


def _between(
    index: type[InvoiceDateIndex | SubTypeDateIndex], since: date | None, until: date | None
) -> Condition | None:
    day: UnicodeAttribute = index.invoice_date
    if since and until:
        return day.between(since.isoformat(), until.isoformat())
    if since:
        return day >= since.isoformat()
    return day <= until.isoformat() if until else None


def _wanted(table: type[Row], states: Collection[InvoiceState], vendor_id: str | None) -> Condition:
    wanted = table.state.is_in(*map(str, states))
    return wanted & (table.vendor_id == vendor_id) if vendor_id else wanted


def _cursor(key: Mapping[str, Any] | None) -> str | None:
    return None if key is None else _written(key["invoice_date"]["S"], key["InvoiceID"]["S"])


def _written(day: str, invoice_id: str) -> str:
    """The cursor of a list that goes on after this invoice."""
    return base64.urlsafe_b64encode(f"{day}|{invoice_id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, str]:
    """The day and the id that a cursor stands for. Raises CursorError."""
    try:
        day, _, invoice_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition("|")
        date.fromisoformat(day)
    except (binascii.Error, ValueError) as error:
        raise CursorError("the cursor is not of this list") from error
    if not invoice_id.startswith("inv_"):
        raise CursorError("the cursor is not of this list")
    return day, invoice_id


def _start(user_id: str, sub_type: SubType | None, cursor: str | None) -> dict[str, Any] | None:
    """Where a list goes on. The user is the caller's whatever the cursor says, so that it opens nobody else's list."""
    if cursor is None:
        return None
    day, invoice_id = _place(cursor)
    key = {"UserID": {"S": user_id}, "InvoiceID": {"S": invoice_id}, "invoice_date": {"S": day}}
    return {**key, "UserID_SubType": {"S": f"{user_id}_{sub_type}"}} if sub_type else key
