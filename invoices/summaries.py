"""Months of one person, recomputed from the rows whenever one changes, so that a page reads a fixed number of items.

Access patterns
- the last months and those to come: one query of MonthlySummaries[user_id, month]
- what asks for a look in whatever month: one query of MonthlySummaries[user_id, "open#"…], rows that are there only while
  their month asks something
- a month anew: the month's retail rows by the invoice_date-index, the person's rent (twelve rows a year) from the base table
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from accounts import store as people
from invoices import rates
from invoices.invoice import Invoice, InvoiceState
from invoices.recording import BusyError
from invoices.rows import table_of, to_invoice
from invoices.tables import MonthlySummary, RentalInvoice, RetailInvoice
from paypulse.core.clock import now, today
from paypulse.core.errors import NotFoundError
from paypulse.core.money import Money
from paypulse.core.text import slug

RENTAL: Final = "rental"
_MOST_ASKED: Final = 200
_MOST_DUE: Final = 50
_LATEST: Final = "9999-12"
_OPEN: Final = "open#"
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
class Due:
    """An invoice that waits to be paid; `version` is the row's when the month was worked out."""

    invoice_id: str
    category: str
    vendor_name: str
    due_date: date
    amount: Decimal
    currency: str
    version: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What asks for a look: how many there are, and the ids of at most 200 a month, the latest month first."""

    count: int
    invoice_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A month's sure amounts by category in the person's home currency, each at the rate of its own day.

    `left_out` is how many could not be converted, because no rate is stored for their day.
    """

    currency: str
    amounts: Mapping[str, Decimal]
    count: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month ("2026-11"). Only sure amounts are in the totals; `needs_look` invoices wait for the person.

    `counts` is how many invoices of each category the month has, those that need a look among them; `asks` the ids of the
    latter, at most 200; `dues` what of it waits to be paid, at most 50; `home` is there for a person with a home currency.
    """

    month: str
    totals: tuple[Total, ...] = ()
    vendors: tuple[VendorTotal, ...] = ()
    needs_look: int = 0
    counts: Mapping[str, int] | None = None
    asks: tuple[str, ...] = ()
    dues: tuple[Due, ...] = ()
    home: Home | None = None


def months(user_id: str, *, last: int = 13, present: date | None = None) -> tuple[Month, ...]:
    """The last months up to the present one, oldest first, each there even when nothing happened in it. One query.

    `present` is the day it is where the person is; without it, it is the day in UTC.
    """
    return span(user_id, last=last, present=present)[0]


def span(user_id: str, *, last: int = 13, present: date | None = None) -> tuple[tuple[Month, ...], tuple[Month, ...]]:
    """The last months as `months` gives them, and those to come that have something already. One query."""
    names = _names(present or today(), last)
    rows = MonthlySummary.query(user_id, MonthlySummary.month.between(names[0], _LATEST))
    found = {row.month: _month(row) for row in rows}
    coming = tuple(month for name, month in sorted(found.items()) if name > names[-1])
    return tuple(found.get(name, Month(name)) for name in names), coming


def counts(user_id: str) -> Mapping[str, int]:
    """How many invoices of each category there are in all. One query."""
    found: Counter[str] = Counter()
    for row in MonthlySummary.query(user_id, MonthlySummary.month <= _LATEST):
        found.update(_month(row).counts or {})
    return found


def asked(user_id: str) -> Asked:
    """What asks for a look, in whatever month. One query, of as many rows as there are months that ask something."""
    query = MonthlySummary.query(user_id, MonthlySummary.month.startswith(_OPEN), scan_index_forward=False)
    rows = [row.counts for row in query]
    return Asked(sum(row["needs_look"] for row in rows), tuple(each for row in rows for each in row["asks"]))


def recompute(user_id: str, month: str, *, touched: Iterable[Invoice] = ()) -> Month:
    """Work a month out anew and keep it; gives it as kept.

    `touched` are the invoices that a stream has just told of: the index may not know yet, so they are read from the table.
    Doing it twice, late or out of order ends the same. Raises BusyError when others keep recomputing it.
    """
    told = {each.invoice_id: each for each in touched}
    for _ in range(_TRIES):
        before = _kept(user_id, month)
        fresh = _recomputed(user_id, month, told)
        if _save(user_id, fresh, before):
            return fresh
    raise BusyError("the month kept changing")


def _recomputed(user_id: str, month: str, told: Mapping[str, Invoice]) -> Month:
    rows = [each for each in _rows(user_id, month) if each.invoice_id not in told]
    rows += [row for each in told.values() if (row := _present(each)) is not None]
    inside = [each for each in rows if month_of(each) == month and each.state in _COUNTED]
    ordered = sorted(inside, key=lambda each: (each.day, each.invoice_id))
    return replace(_computed(month, ordered), home=_at_home(user_id, [each for each in ordered if each.is_counted]))


def _at_home(user_id: str, sure: list[Invoice]) -> Home | None:
    """The amounts in the home currency; None for a person who chose none."""
    try:
        home = people.user(user_id).home_currency
    except NotFoundError:
        return None
    if not home:
        return None
    known = rates.around(each.day for each in sure if each.currency != home)
    converted = [(each, known.convert(_money(each), home, day=each.day)) for each in sure]
    amounts: dict[str, Decimal] = {}
    for each, money in converted:
        if money is not None:
            amounts[_category(each)] = amounts.get(_category(each), Decimal(0)) + money.amount
    left_out = sum(money is None for _, money in converted)
    return Home(home, amounts, len(sure) - left_out, left_out)


def _money(invoice: Invoice) -> Money:
    assert invoice.currency is not None and invoice.signed_amount is not None
    return Money(invoice.signed_amount, invoice.currency)


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
        dues=tuple(_due(each) for each in invoices if each.is_payable)[:_MOST_DUE],
    )


def _due(invoice: Invoice) -> Due:
    assert invoice.due_date is not None and invoice.total_amount is not None and invoice.currency is not None
    return Due(
        invoice_id=invoice.invoice_id,
        category=_category(invoice),
        vendor_name=invoice.vendor_name or "",
        due_date=invoice.due_date,
        amount=invoice.total_amount,
        currency=invoice.currency,
        version=invoice.version,
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


def _kept(user_id: str, month: str) -> MonthlySummary | None:
    try:
        return MonthlySummary.get(user_id, month, consistent_read=True)
    except DoesNotExist:
        return None


def _save(user_id: str, month: Month, before: MonthlySummary | None) -> bool:
    """Whether the month was kept: not when somebody else did so since it was as `before`."""
    asked_before = before is not None and bool(before.counts.get("needs_look"))
    write = _save_both if month.needs_look or asked_before else _save_alone
    try:
        write(user_id, month, before)
    except (PutError, DeleteError, TransactWriteError) as error:
        if error.cause_response_code not in ("ConditionalCheckFailedException", "TransactionCanceledException"):
            raise
        return False
    return True


def _save_alone(user_id: str, month: Month, before: MonthlySummary | None) -> None:
    if month.counts:
        _row(user_id, month, before).save(condition=_unchanged(before))
    elif before:
        # A month without rows has no row, so that nothing is left of a person who was forgotten.
        before.delete(condition=_unchanged(before))


def _save_both(user_id: str, month: Month, before: MonthlySummary | None) -> None:
    """The month and what it asks in one transaction, so that neither is ever newer than the other."""
    with TransactWrite(connection=MonthlySummary._get_connection().connection) as write:
        if month.counts:
            write.save(_row(user_id, month, before), condition=_unchanged(before))
        else:
            write.delete(MonthlySummary(user_id, month.month), condition=_unchanged(before))
        asking = MonthlySummary(user_id, f"{_OPEN}{month.month}", updated_at=now())
        asking.counts = {"needs_look": month.needs_look, "asks": list(month.asks)}
        if month.needs_look:
            write.save(asking)
        else:
            write.delete(asking)


def _unchanged(before: MonthlySummary | None) -> Condition:
    return MonthlySummary.version == before.version if before else MonthlySummary.month.does_not_exist()


def _row(user_id: str, month: Month, before: MonthlySummary | None) -> MonthlySummary:
    version = int(before.version) + 1 if before else 1
    row = MonthlySummary(user_id, month.month, updated_at=now(), version=version)
    row.totals = [[each.category, each.currency, format(each.amount, "f"), each.count] for each in month.totals]
    row.counts = {
        "categories": dict(month.counts or {}),
        "needs_look": month.needs_look,
        "asks": list(month.asks),
        "vendors": [_stored_vendor(each) for each in month.vendors],
        "dues": [_stored_due(each) for each in month.dues],
        "home": _stored_home(month.home) if month.home else None,
    }
    return row


def _stored_home(home: Home) -> list[Any]:
    amounts = {name: format(amount, "f") for name, amount in home.amounts.items()}
    return [home.currency, amounts, home.count, home.left_out]


def _restored_home(stored: list[Any]) -> Home:
    currency, amounts, count, left_out = stored
    return Home(currency, {name: Decimal(amount) for name, amount in amounts.items()}, count, left_out)


def _stored_due(each: Due) -> list[Any]:
    money = [each.due_date.isoformat(), format(each.amount, "f"), each.currency]
    return [each.invoice_id, each.category, each.vendor_name, *money, each.version]


def _restored_due(stored: list[Any]) -> Due:
    invoice_id, category, vendor, day, amount, currency, version = stored
    return Due(invoice_id, category, vendor, date.fromisoformat(day), Decimal(amount), currency, int(version))


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
        dues=tuple(_restored_due(each) for each in stored.get("dues", ())),
        home=_restored_home(stored["home"]) if stored.get("home") else None,
    )


def _restored_vendor(stored: list[Any]) -> VendorTotal:
    vendor_id, name, category, currency, amount, count, day, last = stored
    return VendorTotal(
        vendor_id, name, category, currency, Decimal(amount), count, date.fromisoformat(day), Decimal(last)
    )
