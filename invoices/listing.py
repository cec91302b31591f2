"""A person's invoices as one list, rent and retail together, at a fixed number of reads whatever the history."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from invoices import store
from invoices.filters import Filter, Sort
from invoices.invoice import Invoice, InvoiceState
from paypulse.core.categories import Category, SubType
from paypulse.core.errors import PayPulseError

PAGE: Final = 50
LOOKED_THROUGH: Final = 100


class CursorError(PayPulseError):
    """The place in the list is not one that we gave."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: the retail index's own cursor, and the day up to which rent has been shown."""

    retail: str | None
    rent_until: date | None

    def written(self) -> str:
        told = json.dumps([self.retail, self.rent_until.isoformat() if self.rent_until else None])
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None) -> Place:
        """The place that `text` names, the beginning for None; raises CursorError for anything else."""
        if not text:
            return cls(None, None)
        try:
            retail, until = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(str(retail), date.fromisoformat(until) if until else None)
        except (ValueError, TypeError) as error:
            raise CursorError("the list cannot go on from there") from error


@dataclass(frozen=True, slots=True)
class Total:
    """What some counted invoices of one currency come to."""

    currency: str
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the invoices asked for. `cursor` goes on, None at the end; `looked_until` is the last day looked at.

    `totals` are of the whole choice when `is_whole`, otherwise of these items alone.
    """

    items: tuple[Invoice, ...]
    cursor: str | None
    looked_until: date | None
    totals: tuple[Total, ...]

    @property
    def is_whole(self) -> bool:
        return self.cursor is None


def listing(user_id: str, wanted: Filter, *, page: int = PAGE) -> Listing:
    """One page of what `wanted` asks for, in at most two reads.

    What an index answers comes as a page; what must be looked through comes from the next LOOKED_THROUGH rows. Raises
    CursorError for a place that is not ours.
    """
    limit = LOOKED_THROUGH if wanted.is_narrowed or wanted.sort.is_by_amount else page
    place = Place.read(wanted.cursor)
    retail, following = _retail(user_id, wanted, limit=limit, cursor=place.retail)
    reaches = retail[-1].day if following and retail else None
    rent = _rent(user_id, wanted, after=place.rent_until, until=reaches)
    found = [each for each in (*retail, *rent) if wanted.accepts(each)]
    cursor = Place(following, reaches).written() if following else None
    items = tuple(sorted(found, key=_newest, reverse=True))
    return Listing(in_order(items, wanted.sort), cursor, reaches, totals(items))


def _retail(user_id: str, wanted: Filter, *, limit: int, cursor: str | None) -> tuple[tuple[Invoice, ...], str | None]:
    if wanted.category == Category.RENTAL:
        return (), None
    kind = SubType(wanted.category) if wanted.category else None
    found = store.list_retail(
        user_id,
        sub_type=kind,
        since=wanted.since,
        until=wanted.until,
        states=tuple(InvoiceState),
        oldest_first=wanted.sort is Sort.OLDEST,
        limit=limit,
        cursor=cursor,
    )
    return found.items, found.cursor


def _rent(user_id: str, wanted: Filter, *, after: date | None, until: date | None) -> Iterable[Invoice]:
    """Rent that belongs on this page: beyond what earlier pages showed, no further than the page's last day."""
    if wanted.category not in (None, Category.RENTAL):
        return ()
    notices = store.list_rental(user_id, states=tuple(InvoiceState))
    forward = wanted.sort is Sort.OLDEST
    return (each for each in notices if _is_between(each.day, after, until, forward=forward))


def _is_between(day: date, after: date | None, until: date | None, *, forward: bool) -> bool:
    beyond = after is None or (day > after if forward else day < after)
    return beyond and (until is None or (day <= until if forward else day >= until))


def _newest(invoice: Invoice) -> tuple[date, str]:
    return invoice.day, invoice.invoice_id


def in_order(items: Sequence[Invoice], sort: Sort) -> tuple[Invoice, ...]:
    """The invoices, newest first as they come, in another order; those without an amount end an order by amount."""
    if sort is Sort.NEWEST:
        return tuple(items)
    if sort is Sort.OLDEST:
        return tuple(reversed(items))
    known = [each for each in items if each.total_amount is not None]
    unknown = [each for each in items if each.total_amount is None]
    return (*sorted(known, key=lambda each: each.total_amount or Decimal(0), reverse=sort is Sort.LARGEST), *unknown)


def totals(items: Iterable[Invoice]) -> tuple[Total, ...]:
    """What the counted ones come to, by currency, the most frequent first; currencies are never added to each other."""
    sums: dict[str, tuple[Decimal, int]] = {}
    for each in items:
        amount = each.signed_amount
        if each.is_counted and amount is not None and each.currency:
            before, count = sums.get(each.currency, (Decimal(0), 0))
            sums[each.currency] = (before + amount, count + 1)
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1][1], pair[0]))
    return tuple(Total(currency, amount, count) for currency, (amount, count) in ordered)


def each(user_id: str, wanted: Filter) -> Iterator[Invoice]:
    """All of what `wanted` asks for, newest first, whatever its order. Reads as many pages as are taken."""
    part = replace(wanted, cursor=None, sort=Sort.NEWEST)
    while True:
        found = listing(user_id, part, page=LOOKED_THROUGH)
        yield from found.items
        if found.cursor is None:
            return
        part = replace(part, cursor=found.cursor)


def everything(user_id: str, wanted: Filter, *, at_most: int) -> tuple[tuple[Invoice, ...], bool]:
    """The first `at_most` of what `wanted` asks for in its order, and whether that is all of it."""
    found = tuple(islice(each(user_id, wanted), at_most + 1))
    return in_order(found[:at_most], wanted.sort), len(found) <= at_most
