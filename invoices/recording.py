"""One change of an invoice as one transaction: its base row, detail row, ledger line, fingerprints, and the rows it makes doubles of.

Whatever arrives first, the rows end up the same: each double is judged against all the holders of its fingerprints, and a
fingerprint that changed in between makes the whole transaction start again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from uuid import uuid4

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from invoices import ledger
from invoices.duplicates import DuplicateKey, Holder, Verdict, fingerprints, verdict
from invoices.invoice import Invoice, InvoiceState
from invoices.rows import table_of, to_detail_row, to_invoice, to_row
from invoices.tables import DETAIL_TABLES, Fingerprint, LedgerEntry, RentalInvoice, RetailInvoice
from paypulse.core.categories import Category, SubType
from paypulse.core.clock import now, pause
from paypulse.core.errors import PayPulseError
from paypulse.core.tables import Table

_TRIES: Final = 10
_STATES: Final = {
    InvoiceState.OK: ledger.EntryState.RECORDED,
    InvoiceState.NEEDS_LOOK: ledger.EntryState.RECORDED,
    InvoiceState.DUPLICATE: ledger.EntryState.DUPLICATE,
    InvoiceState.NOT_AN_INVOICE: ledger.EntryState.IGNORED,
}

T = TypeVar("T")


class BusyError(PayPulseError):
    """Others kept changing the same rows; trying again will do."""

    retryable = True


@dataclass(slots=True)
class _Group:
    """The holders of one fingerprint, as they were read and as they shall be."""

    version: int
    before: tuple[Holder, ...]
    holders: dict[str, Holder]

    @property
    def is_changed(self) -> bool:
        return set(self.before) != set(self.holders.values())


@dataclass(slots=True)
class Change:
    """What is to be written about one user's invoices: old and new of each, and the fingerprints they hold."""

    user_id: str
    groups: dict[str, _Group] = field(default_factory=dict)
    invoices: dict[str, tuple[Invoice | None, Invoice | None]] = field(default_factory=dict)

    def put(self, old: Invoice | None, new: Invoice) -> Invoice:
        """Take `new` in, in the state that its doubles give it; gives it back so."""
        self._move_claims(old, new)
        settled = self._judged(new)
        self.invoices[new.invoice_id] = (old, settled)
        self._judge_others(new.invoice_id)
        return settled

    def drop(self, old: Invoice) -> None:
        """Take an invoice out; what was its double may stand for itself again."""
        self._move_claims(old, None)
        self.invoices[old.invoice_id] = (old, None)
        self._judge_others(old.invoice_id)

    def _move_claims(self, old: Invoice | None, new: Invoice | None) -> None:
        former, present = _claims(old), _claims(new)
        self._load((*former, *present))
        for name in former:
            self.groups[name].holders.pop(old.invoice_id if old else "", None)
        for name in present:
            assert new is not None
            self.groups[name].holders[new.invoice_id] = Holder.of(new)

    def _load(self, names: Iterable[str]) -> None:
        missing = [name for name in dict.fromkeys(names) if name not in self.groups]
        if not missing:
            return
        self.groups.update({name: _Group(0, (), {}) for name in missing})
        for row in Fingerprint.batch_get([(self.user_id, name) for name in missing], consistent_read=True):
            holders = tuple(Holder.parse(each) for each in row.holders)
            self.groups[row.fingerprint] = _Group(int(row.version), holders, {each.id: each for each in holders})

    def _judged(self, invoice: Invoice) -> Invoice:
        names = _claims(invoice)
        self._load(names)
        if not names:
            return in_state(invoice, Verdict(invoice.duplicate_of, _key(invoice), invoice.linked_to))
        found = verdict(invoice.invoice_id, [(name, tuple(self.groups[name].holders.values())) for name in names])
        return in_state(invoice, found)

    def _judge_others(self, invoice_id: str) -> None:
        for holder in self._neighbours(invoice_id):
            old = _load(self.user_id, Category(holder.category), holder.id)
            if old is None:
                continue
            new = self._judged(old)
            if new != old:
                self.invoices[holder.id] = (old, replace(new, updated_at=now()))

    def _neighbours(self, invoice_id: str) -> tuple[Holder, ...]:
        touched = [group for group in self.groups.values() if group.is_changed]
        found = {each.id: each for group in touched for each in group.holders.values() if each.id != invoice_id}
        return tuple(found[each] for each in sorted(found))

    def commit(self) -> None:
        """Write all of it or nothing; raises TransactWriteError when a row is not as it was read."""
        with transaction() as write:
            for old, new in self.invoices.values():
                _write_invoice(write, old, new)
            for name, group in self.groups.items():
                if group.is_changed:
                    _write_group(write, Fingerprint(self.user_id, name), group)


def in_state(invoice: Invoice, found: Verdict) -> Invoice:
    """The invoice as the verdict leaves it: the person's word first, then the doubles, then what was read."""
    told, joined = invoice.corrections.get("state"), invoice.corrections.get("linked_to")
    duplicate_of = found.duplicate_of
    if told and told.value:
        state = InvoiceState(told.value)
        duplicate_of = invoice.duplicate_of if state is InvoiceState.DUPLICATE else None
    elif duplicate_of:
        state = InvoiceState.DUPLICATE
    else:
        state = InvoiceState.NEEDS_LOOK if invoice.reasons else InvoiceState.OK
    key = str(found.key) if found.key and duplicate_of and not told else None
    linked_to = joined.value if joined else found.linked_to
    return replace(invoice, state=state, duplicate_of=duplicate_of, duplicate_key=key, linked_to=linked_to)


def transaction() -> TransactWrite:
    """A transaction over the tables of invoices, safe to send twice."""
    # Every model must know its table before a transaction over them can be written down.
    tables: tuple[type[Table], ...] = (RentalInvoice, RetailInvoice, *DETAIL_TABLES.values(), LedgerEntry, Fingerprint)
    for table in tables:
        table._get_connection()
    return TransactWrite(connection=Fingerprint._get_connection().connection, client_request_token=str(uuid4()))


def attempts(work: Callable[[], T]) -> T:
    """What `work` gives, tried again while others change the same rows. Raises BusyError when that does not end."""
    for attempt in range(_TRIES):
        try:
            return work()
        except TransactWriteError as error:
            if not error.cancellation_reasons:
                raise
            pause(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 (jitter, not a secret)
    raise BusyError("the rows kept changing")


def _claims(invoice: Invoice | None) -> tuple[str, ...]:
    """The fingerprints an invoice holds; a covering mail and what is no invoice hold none."""
    if invoice is None or invoice.duplicate_key == DuplicateKey.MAIL or _is_none(invoice):
        return ()
    return fingerprints(invoice)


def _is_none(invoice: Invoice) -> bool:
    told = invoice.corrections.get("state")
    return told is not None and told.value == InvoiceState.NOT_AN_INVOICE


def _key(invoice: Invoice) -> DuplicateKey | None:
    return DuplicateKey(invoice.duplicate_key) if invoice.duplicate_key else None


def _load(user_id: str, category: Category, invoice_id: str) -> Invoice | None:
    try:
        return to_invoice(table_of(category).get(user_id, invoice_id, consistent_read=True))
    except DoesNotExist:
        return None


def _write_invoice(write: TransactWrite, old: Invoice | None, new: Invoice | None) -> None:
    if new is None:
        if old is not None:
            _delete(write, old)
        return
    table = table_of(new.category)
    unchanged = table.version == old.version if old else table.invoice_id.does_not_exist()
    write.save(to_row(replace(new, version=(old.version if old else 0) + 1)), condition=unchanged)
    if old is None or new.details or old.details:
        _write_details(write, old, new)
    if new.entry_id:
        _write_entry(write, new)


def _write_details(write: TransactWrite, old: Invoice | None, new: Invoice) -> None:
    details = to_detail_row(new)
    if details is not None:
        write.save(details)
    if old and old.sub_type and old.sub_type != new.sub_type:
        write.delete(_detail_key(old, old.sub_type))


def _write_entry(write: TransactWrite, invoice: Invoice) -> None:
    assert invoice.entry_id is not None
    actions = ledger.outcome(
        invoice.entry_id,
        state=_STATES[invoice.state],
        reason=entry_reason(invoice),
        invoice_id=invoice.invoice_id,
        duplicate_of=invoice.duplicate_of,
    )
    write.update(LedgerEntry(invoice.user_id, invoice.entry_id), actions)


def entry_reason(invoice: Invoice) -> str | None:
    """What the ledger says beside an invoice's state: by what it is a duplicate, or what the person is asked."""
    if invoice.duplicate_key:
        return f"same_{invoice.duplicate_key}"
    return ",".join(invoice.reasons) or None


def entry_state(invoice: Invoice) -> ledger.EntryState:
    """The ledger state of a mail part that became `invoice`."""
    return _STATES[invoice.state]


def _delete(write: TransactWrite, old: Invoice) -> None:
    table = table_of(old.category)
    write.delete(table(old.user_id, old.invoice_id), condition=table.version == old.version)
    if old.sub_type:
        write.delete(_detail_key(old, old.sub_type))
    if old.entry_id:
        actions = ledger.outcome(old.entry_id, state=ledger.EntryState.IGNORED, reason="deleted")
        write.update(LedgerEntry(old.user_id, old.entry_id), actions)


def _detail_key(invoice: Invoice, sub_type: SubType) -> Any:
    return DETAIL_TABLES[sub_type](invoice.invoice_id)


def _write_group(write: TransactWrite, row: Fingerprint, group: _Group) -> None:
    unchanged = Fingerprint.version == group.version if group.version else Fingerprint.fingerprint.does_not_exist()
    row.version, row.holders = group.version + 1, [each.stored() for each in group.holders.values()]
    write.save(row, condition=unchanged)
