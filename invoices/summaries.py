"""Months of one person, recomputed from the rows whenever one changes, so that a page reads a fixed number of items.

Access patterns
- the last months: one query of MonthlySummaries[user_id, month]
- a month anew: the month's retail rows by the invoice_date-index, the person's rent (twelve rows a year) from the base table
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError

from invoices.invoice import Invoice, InvoiceState
from invoices.recording import BusyError
from invoices.rows import table_of, to_invoice
from invoices.tables import MonthlySummary, RentalInvoice, RetailInvoice
from paypulse.core.clock import now, today
from paypulse.core.text import slug

RENTAL: Final = "rental"
_MOST_ASKED: Final = 200
_TRIES: Final = 8
_COUNTED: Final = (InvoiceState.OK, InvoiceState.NEEDS_LOOK)


@dataclass(frozen=True, slots=True)
class Total:
    """What was spent in a month on one category ("rental" or a sub_type) in one currency, over how many invoices."""

    category: str
    currency: str
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class VendorTotal:
    """What one vendor cost in a month in one currency; `last_date` and `last_amount` are its latest invoice's."""

    vendor_id: str | None
    vendor_name: str
    category: str
    currency: str
    amount: Decimal
    count: int
    last_date: date
    last_amount: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """A month ("2026-11"). Only sure amounts are in the totals; `needs_look` invoices wait for the person.

    `counts` is how many invoices of each category the month has, those that need a look among them; `asks` the ids of the
    latter, at most 200.
    """

    month: str
    totals: tuple[Total, ...] = ()
    vendors: tuple[VendorTotal, ...] = ()
    needs_look: int = 0
    counts: Mapping[str, int] | None = None
    asks: tuple[str, ...] = ()


def months(user_id: str, *, last: int = 13) -> tuple[Month, ...]:
    """The last months up to the present one, oldest first, each there even when nothing happened in it. One query."""
    names = _names(today(), last)
    rows = MonthlySummary.query(user_id, MonthlySummary.month.between(names[0], names[-1]))
    found = {row.month: _month(row) for row in rows}
    return tuple(found.get(name, Month(name)) for name in names)


def counts(user_id: str) -> Mapping[str, int]:
    """How many invoices of each category there are in all. One query."""
    found: Counter[str] = Counter()
    for row in MonthlySummary.query(user_id):
        found.update(_month(row).counts or {})
    return found


def recompute(user_id: str, month: str, *, touched: Iterable[Invoice] = ()) -> Month:
    """Work a month out anew and keep it; gives it as kept.

    `touched` are the invoices that a stream has just told of: the index may not know yet, so they are read from the table.
    Doing it twice, late or out of order ends the same. Raises BusyError when others keep recomputing it.
    """
    told = {each.invoice_id: each for each in touched}
    for _ in range(_TRIES):
        version = _version(user_id, month)
        kept = _recomputed(user_id, month, told)
        if _save(user_id, kept, version):
            return kept
    raise BusyError("the month kept changing")


def _recomputed(user_id: str, month: str, told: Mapping[str, Invoice]) -> Month:
    rows = [each for each in _rows(user_id, month) if each.invoice_id not in told]
    rows += [row for each in told.values() if (row := _present(each)) is not None]
    inside = [each for each in rows if month_of(each) == month and each.state in _COUNTED]
    return _computed(month, sorted(inside, key=lambda each: (each.day, each.invoice_id)))


def _present(told: Invoice) -> Invoice | None:
    try:
        return to_invoice(table_of(told.category).get(told.user_id, told.invoice_id, consistent_read=True))
    except DoesNotExist:
        return None


def month_of(invoice: Invoice) -> str:
    """The month that an invoice belongs to: rent by its due date, retail by its invoice date."""
    return f"{invoice.day:%Y-%m}"


def _names(present: date, last: int) -> list[str]:
    first = present.replace(day=1)
    found = []
    for _ in range(last):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]


def _rows(user_id: str, month: str) -> Iterable[Invoice]:
    retail = RetailInvoice.invoice_date_index.query(user_id, RetailInvoice.invoice_date.startswith(month))
    for row in retail:
        yield to_invoice(row)
    for rent in RentalInvoice.query(user_id, consistent_read=True):
        yield to_invoice(rent)


def _computed(month: str, invoices: list[Invoice]) -> Month:
    sure = [each for each in invoices if each.is_counted]
    asks = [each.invoice_id for each in invoices if each.state is InvoiceState.NEEDS_LOOK]
    return Month(
        month=month,
        totals=tuple(
            Total(category, currency, _sum(each), len(each))
            for (category, currency), each in _grouped(sure, lambda one: (_category(one), one.currency))
        ),
        vendors=tuple(_vendor(each) for _, each in _grouped(sure, _vendor_key)),
        needs_look=len(asks),
        counts=Counter(_category(each) for each in invoices),
        asks=tuple(asks[:_MOST_ASKED]),
    )


def _grouped(invoices: list[Invoice], key: Any) -> list[tuple[Any, list[Invoice]]]:
    groups: dict[Any, list[Invoice]] = {}
    for each in invoices:
        groups.setdefault(key(each), []).append(each)
    return sorted(groups.items(), key=lambda pair: str(pair[0]))


def _category(invoice: Invoice) -> str:
    return str(invoice.sub_type) if invoice.sub_type else RENTAL


def _vendor_key(invoice: Invoice) -> tuple[str, str, str | None]:
    return (slug(invoice.vendor_name or invoice.vendor_id or ""), _category(invoice), invoice.currency)


def _sum(invoices: list[Invoice]) -> Decimal:
    return sum((each.signed_amount for each in invoices if each.signed_amount is not None), Decimal(0))


def _vendor(invoices: list[Invoice]) -> VendorTotal:
    last = invoices[-1]
    assert last.currency is not None and last.signed_amount is not None
    return VendorTotal(
        vendor_id=last.vendor_id,
        vendor_name=last.vendor_name or "",
        category=_category(last),
        currency=last.currency,
        amount=_sum(invoices),
        count=len(invoices),
        last_date=last.day,
        last_amount=last.signed_amount,
    )


def _version(user_id: str, month: str) -> int:
    try:
        return int(MonthlySummary.get(user_id, month, consistent_read=True).version)
    except DoesNotExist:
        return 0


def _save(user_id: str, month: Month, version: int) -> bool:
    """Whether the month was kept: not when somebody else did so since `version`."""
    unchanged = MonthlySummary.version == version if version else MonthlySummary.month.does_not_exist()
    row = MonthlySummary(user_id, month.month, updated_at=now(), version=version + 1)
    row.totals = [[each.category, each.currency, format(each.amount, "f"), each.count] for each in month.totals]
    row.counts = {
        "categories": dict(month.counts or {}),
        "needs_look": month.needs_look,
        "asks": list(month.asks),
        "vendors": [_stored_vendor(each) for each in month.vendors],
    }
    try:
        if month.counts:
            row.save(condition=unchanged)
        elif version:
            # A month without rows has no row, so that nothing is left of a person who was forgotten.
            row.delete(condition=unchanged)
    except (PutError, DeleteError) as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _stored_vendor(each: VendorTotal) -> list[Any]:
    amounts = [format(each.amount, "f"), each.count, each.last_date.isoformat(), format(each.last_amount, "f")]
    return [each.vendor_id, each.vendor_name, each.category, each.currency, *amounts]


def _month(row: MonthlySummary) -> Month:
    stored: Mapping[str, Any] = row.counts
    return Month(
        month=row.month,
        totals=tuple(Total(name, currency, Decimal(amount), count) for name, currency, amount, count in row.totals),
        vendors=tuple(_restored_vendor(each) for each in stored.get("vendors", ())),
        needs_look=stored.get("needs_look", 0),
        counts=stored.get("categories", {}),
        asks=tuple(stored.get("asks", ())),
    )


def _restored_vendor(stored: list[Any]) -> VendorTotal:
    vendor_id, name, category, currency, amount, count, day, last = stored
    return VendorTotal(
        vendor_id, name, category, currency, Decimal(amount), count, date.fromisoformat(day), Decimal(last)
    )
