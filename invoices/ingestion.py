"""From Gmail to S3: every mail that a vendor row means is fetched once, kept, and written into the ledger.

A mark moves only past mail that is settled, and only for whole windows; a custom range never moves one. What fails is tried
again later, and set aside for a person after its tries, so that one poisoned mail holds up nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, NoReturn

from accounts import mailboxes
from accounts import store as people
from accounts.google import Cause
from accounts.mailboxes import Mailbox, ReconnectNeededError, SyncRunningError
from invoices import jobs, ledger, notifications
from invoices.fetching import fetch, is_due, retry_s
from invoices.gmail import (
    GET_UNITS,
    NO_MAIL,
    UNITS_A_MINUTE,
    AccessRefusedError,
    Budget,
    Gmail,
    GmailUnavailableError,
    GoneError,
    OutOfTimeError,
    Token,
    pace,
)
from invoices.jobs import Job, JobState
from invoices.ledger import Entry, EntryState
from invoices.requests import Cursor, SyncRequest, send
from paypulse.core.categories import Category
from paypulse.core.clock import now
from paypulse.core.errors import NotFoundError
from vendors import store as vendors
from vendors.query import gmail_query
from vendors.store import Row
from vendors.vendor import Vendor

# Gmail's search may learn of a mail after its arrival, so each window looks back over the last one.
OVERLAP: Final = timedelta(days=2)
# What is written at a moment by one clock may be read a little before that moment by another.
_SLACK: Final = timedelta(seconds=30)
_LOCK_S: Final = 330
_MARGIN_S: Final = 40.0
_ALONE_WAIT_S: Final = 45
_MAX_WAITS: Final = 40
_MAX_ROUNDS: Final = 12
_BROKEN_AFTER: Final = 25
_SLICE: Final = 50
# A minute's quota is waited for; who is told to come back later than that hands over instead of standing idle.
_LONGEST_IDLE_S: Final = 60.0
# A page is waited for by somebody.
_PAGE_PATIENCE_S: Final = 5.0
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_CAUSES: Final = {"domainPolicy": Cause.POLICY, NO_MAIL: Cause.ACCOUNT_CLOSED}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a first fetch would cost: mails that match, quota units, and seconds at the quota's pace."""

    mails: int
    units: int
    seconds: int


def request_sync(
    user_id: str,
    mailbox_id: str,
    *,
    category: Category | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    vendor_ids: Sequence[str] | None = None,
) -> Job:
    """A job that fetches a mailbox: what is new, or what is between `since` and `until`. Raises NotFoundError."""
    mailboxes.mailbox(user_id, mailbox_id)
    request = SyncRequest(
        user_id=user_id,
        mailbox_id=mailbox_id,
        job_id=jobs.new_id(),
        category=category,
        since=since,
        until=until,
        vendor_ids=tuple(vendor_ids) if vendor_ids is not None else None,
    )
    asked = {name: value for name, value in request.message().items() if name not in ("user_id", "job_id", "cursor")}
    job = jobs.begin(user_id, kind="sync", request=asked, job_id=request.job_id)
    send(request)
    return job


def sync(request: SyncRequest, *, seconds_left: Callable[[], float], budget: Budget | None = None) -> Job | None:
    """Do a sync, or as much of it as the time allows, and put the rest on the queue; gives the job as it then is.

    None when nobody asked and nothing was found. What only a person can mend ends the job with its cause. Raises what a
    later try can mend (GmailUnavailableError, a failing AWS), having settled nothing that is not.
    """
    try:
        mailbox = mailboxes.mailbox(request.user_id, request.mailbox_id)
        with mailboxes.sync_lock(request.user_id, request.mailbox_id, seconds=_LOCK_S):
            _Sync(request, mailbox, seconds_left, budget or Budget(spent=request.cursor.spent)).run()
    except SyncRunningError:
        _wait_for_the_other(request)
    except ReconnectNeededError as error:
        notifications.tell_access_ended(request.user_id, request.mailbox_id)
        _stop(request, f"reconnect:{error.cause}")
    except NotFoundError:
        # The person or the mailbox is gone: there is nothing to fetch, and nobody to tell.
        _stop(request, "mailbox_gone")
    return _job(request)


def estimate(user_id: str, mailbox_id: str, *, since: datetime | None, category: Category | None = None) -> Estimate:
    """How many mails a fetch from `since` (None: from the beginning) would find, and what that costs. Fetches none of them.

    Raises NotFoundError, ReconnectNeededError, AccessRefusedError, GmailUnavailableError, and OutOfTimeError when Gmail wants
    to be asked later.
    """
    gmail = Gmail(token_of(user_id, mailbox_id), budget=Budget(), patience=lambda: _PAGE_PATIENCE_S)
    queries = [gmail_query(vendor, after=since) for vendor in vendors.active(category, shadow=True)]
    with ThreadPoolExecutor(pace().at_once) as pool:
        contexts = [copy_context() for _ in queries]
        listed = pool.map(lambda query, context: context.run(list, ids(gmail, query)), queries, contexts)
        found = {each for mails in listed for each in mails}
    units = len(found) * GET_UNITS
    return Estimate(len(found), units, -(-units * 60 // UNITS_A_MINUTE))


def catch_up(user_id: str, mailbox_id: str) -> None:
    """Ask for a sync when rows were added since the mailbox's last one, or mean other mails now. Raises NotFoundError."""
    mailbox = mailboxes.mailbox(user_id, mailbox_id)
    for row in vendors.fetched():
        mark = mailbox.settled_until(row.vendor.invoice_category)
        if mark and _is_after(row.fetched_since, mark):
            request_sync(user_id, mailbox_id)
            return


def ids(gmail: Gmail, query: str) -> Iterator[str]:
    """The ids of every mail that the search finds, page by page."""
    page: str | None = None
    while True:
        listing = gmail.search(query, page=page)
        yield from listing.ids
        page = listing.next_page
        if page is None:
            return


def token_of(user_id: str, mailbox_id: str) -> Token:
    """What gives the mailbox's access token, a fresh one when asked to renew it."""

    def token(*, renew: bool) -> str:
        return mailboxes.access_token(user_id, mailbox_id, renew=renew)

    return token


def _wait_for_the_other(request: SyncRequest) -> None:
    waits = request.cursor.waits + 1
    if waits > _MAX_WAITS:
        _stop(request, "busy")
        return
    send(request.at(replace(request.cursor, waits=waits)), delay_s=_ALONE_WAIT_S)


def _stop(request: SyncRequest, error: str) -> None:
    jobs.advance(request.user_id, request.job_id, state=JobState.FAILED, error=error)


def _job(request: SyncRequest) -> Job | None:
    try:
        return jobs.job(request.user_id, request.job_id)
    except NotFoundError:
        return None


@dataclass(slots=True)
class _Tally:
    """What was counted of the mails listed so far, and when the earliest came that is not settled."""

    counts: Counter[str] = field(default_factory=Counter)
    vendors: Counter[str] = field(default_factory=Counter)
    unsettled_from: datetime | None = None

    def copy(self) -> _Tally:
        return _Tally(self.counts.copy(), self.vendors.copy(), self.unsettled_from)

    def add(self, entry: Entry, *, job_id: str) -> None:
        self.counts["found"] += 1
        self.counts[_counted_as(entry, job_id)] += 1
        if not entry.state.is_settled:
            came = entry.sent_at or _LONG_AGO
            self.unsettled_from = min(came, self.unsettled_from or came)


@dataclass(slots=True)
class _Sync:
    """One run over a mailbox, from the cursor on until the end or until time is up."""

    request: SyncRequest
    mailbox: Mailbox
    seconds_left: Callable[[], float]
    budget: Budget
    gmail: Gmail = field(init=False)
    cursor: Cursor = field(init=False)
    tally: _Tally = field(init=False)
    rows: dict[str, Row] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    failing: list[Entry] = field(default_factory=list)
    is_written_down: bool = False
    has_ended: bool = False

    def __post_init__(self) -> None:
        self.cursor = self.request.cursor
        token = token_of(self.request.user_id, self.request.mailbox_id)
        self.gmail = Gmail(token, budget=self.budget, patience=self._patience)
        self.tally = _Tally(Counter(self.cursor.counts), Counter(self.cursor.vendors), self.cursor.unsettled_from)
        self.is_written_down = bool(self.cursor.counts)

    def _patience(self) -> float:
        return min(self.seconds_left() - _MARGIN_S, _LONGEST_IDLE_S)

    def run(self) -> None:
        """Go on until done or out of time. Raises ReconnectNeededError, NotFoundError, GmailUnavailableError."""
        try:
            self._run()
        except OutOfTimeError as error:
            self._hand_over(delay_s=ceil(error.wait_s))
        except AccessRefusedError as error:
            cause = Cause.REVOKED if error.status == 401 else _CAUSES.get(error.reason, Cause.SCOPE_WITHDRAWN)
            mailboxes.needs_reconnecting(self.request.user_id, self.request.mailbox_id, cause=cause)
            raise ReconnectNeededError(cause, mailbox_id=self.request.mailbox_id) from error

    def _run(self) -> None:
        # A row that is saved after this moment may be missing among those read next, and is new to the following sync.
        moment = now()
        self.rows = {row.vendor.vendor_id: row for row in self._fetched_rows()}
        self.cursor = self._begun(moment)
        self.cursor = replace(self.cursor, todo=self._todo())
        while self.cursor.todo:
            self._go_on(*self.cursor.todo)
        self._finish()

    def _go_on(self, first: str, *others: str) -> None:
        """Settle the next page of the first vendor. Raises OutOfTimeError when there is more to do than time."""
        page = self._page(self.rows[first], self.cursor.page)
        self.cursor = replace(self.cursor, todo=(first, *others) if page else others, page=page)
        if self.cursor.todo:
            self._check_time()

    def _check_time(self) -> None:
        if self.seconds_left() < _MARGIN_S:
            raise OutOfTimeError

    def _fetched_rows(self) -> tuple[Row, ...]:
        wanted = self.request.vendor_ids
        rows = vendors.fetched(self.request.category)
        return tuple(each for each in rows if wanted is None or each.vendor.vendor_id in wanted)

    def _begun(self, moment: datetime) -> Cursor:
        """The cursor with the moment and the history id that the marks may move to: both from before the first search."""
        if self.cursor.started_at:
            return self.cursor
        cursor = replace(self.cursor, started_at=moment, history_id=self.gmail.history_id())
        if self.request.is_custom or not any(map(self._is_whole, self.rows.values())):
            return cursor
        queries = (gmail_query(row.vendor, after=self._after(row)) for row in self.rows.values())
        return replace(cursor, expected=len({each for query in queries for each in ids(self.gmail, query)}))

    def _todo(self) -> tuple[str, ...]:
        if self.cursor.todo is not None:
            return tuple(each for each in self.cursor.todo if each in self.rows)
        return tuple(self.rows) if self._is_needed() else ()

    def _is_needed(self) -> bool:
        """Whether there is anything to search: not when Gmail's history says that no mail came since all was settled."""
        known = [self.mailbox.history_id(each) for each in self.request.categories]
        if (
            self.request.is_custom
            or self.cursor.rounds
            or None in known
            or any(map(self._is_whole, self.rows.values()))
        ):
            return True
        try:
            return self.gmail.has_new_mail(min((each for each in known if each), key=int))
        except GoneError:
            return True

    def _mark(self) -> datetime | None:
        """Up to when everything is settled, in every category asked for; None before the first fetch came to its end."""
        found = [self.mailbox.settled_until(each) for each in self.request.categories]
        known = [each for each in found if each is not None]
        return min(known) if len(known) == len(found) else None

    def _after(self, row: Row) -> datetime | None:
        if self.request.is_custom:
            return self.request.since
        mark = self._mark()
        if mark and not self._is_whole(row):
            return mark - OVERLAP
        return self.mailbox.reaches_back(days=self.mailbox.lookback_days)

    def _is_whole(self, row: Row) -> bool:
        """Whether the row's mails are searched for as far back as the person wants, and not only what is new."""
        mark = self._mark()
        return mark is None or _is_after(self.mailbox.lookback_set_at, mark) or _is_after(row.fetched_since, mark)

    def _page(self, row: Row, page: str | None) -> str | None:
        """Settle one page of a vendor's mails; gives the next page, None after the last."""
        vendor = row.vendor
        query = gmail_query(vendor, after=self._after(row), before=self.request.until)
        try:
            listing = self.gmail.search(query, page=page)
        except GoneError:
            # Page tokens do not live for ever: the vendor begins anew, and what is settled is passed over.
            listing = self.gmail.search(query)
        self.tally = self._settled(vendor, [each for each in dict.fromkeys(listing.ids) if each not in self.seen])
        self.seen.update(listing.ids)
        self._report(JobState.RUNNING, self.tally)
        return listing.next_page

    def _settled(self, vendor: Vendor, ids: Sequence[str]) -> _Tally:
        """The tally with these mails, each fetched that is due. Raises OutOfTimeError before the last when time ran out."""
        request, tally = self.request, self.tally.copy()
        known = ledger.known(request.user_id, request.mailbox_id, ids)
        fresh = [each for each in ids if each not in known]
        self._expect(vendor, fresh)
        due = [self._waiting(each, vendor) for each in fresh]
        due += [replace(each, job_id=request.job_id) for each in known.values() if is_due(each, vendor)]
        tally.vendors[vendor.vendor_id] += len(ids)
        for entry in known.values():
            if not is_due(entry, vendor):
                tally.add(entry, job_id=request.job_id)
        for start in range(0, len(due), _SLICE):
            self._check_person()
            for entry in self._fetched(vendor, due[start : start + _SLICE]):
                tally.add(entry, job_id=request.job_id)
            if start + _SLICE < len(due):
                self._report(JobState.RUNNING, tally)
                self._check_time()
        return tally

    def _fetched(self, vendor: Vendor, due: Sequence[Entry]) -> Iterator[Entry]:
        with ThreadPoolExecutor(pace().at_once) as pool:
            # Each task gets the caller's context, so that a stopped clock is stopped there too.
            others = [row.vendor for row in self.rows.values()]
            begun = [pool.submit(copy_context().run, self._fetch, (vendor, *others), entry) for entry in due]
            try:
                for each in begun:
                    entry = each.result()
                    self.failing = [*self.failing, entry] if _has_failed(entry) else []
                    if len(self.failing) >= _BROKEN_AFTER:
                        break
                    yield entry
            finally:
                pool.shutdown(cancel_futures=True)
        if len(self.failing) >= _BROKEN_AFTER:
            self._give_up_for_now([each.result() for each in begun if not each.cancelled()])

    def _fetch(self, rows: Sequence[Vendor], entry: Entry) -> Entry:
        """Fetch a mail, unless another of its slice has failed in a way that ends the run."""
        if self.has_ended:
            raise OutOfTimeError
        try:
            return fetch(self.gmail, rows, entry)[0]
        except BaseException:
            self.has_ended = True
            raise

    def _expect(self, vendor: Vendor, fresh: Sequence[str]) -> None:
        request = self.request
        if fresh and not self.is_written_down:
            # A job that a schedule started is written down once there is something to tell.
            asked = {"mailbox_id": request.mailbox_id, "category": request.message()["category"]}
            jobs.begin(request.user_id, kind="sync", request=asked, job_id=request.job_id)
            self.is_written_down = True
        ledger.expect(request.user_id, request.mailbox_id, fresh, vendor_id=vendor.vendor_id, job_id=request.job_id)

    def _waiting(self, message_id: str, vendor: Vendor) -> Entry:
        return Entry(
            user_id=self.request.user_id,
            mailbox_id=self.request.mailbox_id,
            message_id=message_id,
            part=0,
            state=EntryState.WAITING,
            vendor_id=vendor.vendor_id,
            job_id=self.request.job_id,
        )

    def _check_person(self) -> None:
        """Stop when the person is being forgotten. Raises NotFoundError."""
        if not people.user(self.request.user_id).is_active:
            raise NotFoundError("the person is gone")

    def _give_up_for_now(self, fetched: Sequence[Entry]) -> NoReturn:
        """Stop when mail after mail failed: then it is not the mails. Raises GmailUnavailableError.

        When Gmail answers nothing at all, what failed in vain keeps the tries that it had.
        """
        failed = {each.entry_id: each for each in (*self.failing, *fetched) if _has_failed(each)}
        try:
            self.gmail.history_id()
        except GmailUnavailableError:
            for each in failed.values():
                ledger.put(replace(each, state=EntryState.FAILED, tries=each.tries - 1, retry_at=now()))
        raise GmailUnavailableError("mail after mail failed", failures=len(failed))

    def _report(self, state: JobState, tally: _Tally) -> None:
        counts, expected = dict(tally.counts), self.cursor.expected
        left = max((expected or 0) - counts.get("found", 0), 0)
        result = {
            "vendors": dict(tally.vendors),
            "expected": expected,
            "seconds_left": left * GET_UNITS * 60 // UNITS_A_MINUTE,
        }
        if left and not state.is_final:
            counts["waiting"] = left
        jobs.advance(self.request.user_id, self.request.job_id, state=state, counts=counts, result=result)

    def _hand_over(self, *, delay_s: int) -> None:
        counted = replace(
            self.cursor,
            counts=dict(self.tally.counts),
            vendors=dict(self.tally.vendors),
            unsettled_from=self.tally.unsettled_from,
            spent=self.budget.snapshot(),
        )
        send(self.request.at(counted), delay_s=delay_s)

    def _finish(self) -> None:
        """Move the marks past what is settled; what is not is gone through again later."""
        if not self.request.is_custom:
            self._move_marks()
        rounds = self.cursor.rounds
        if self.tally.unsettled_from is None or rounds >= _MAX_ROUNDS:
            self._report(JobState.DONE, self.tally)
            return
        self._report(JobState.RUNNING, self.tally)
        send(self.request.at(Cursor(rounds=rounds + 1, spent=self.budget.snapshot())), delay_s=retry_s(rounds))

    def _move_marks(self) -> None:
        cursor, held, mark = self.cursor, self.tally.unsettled_from, self._mark()
        assert cursor.started_at is not None
        if held and (mark is None or held < mark):
            # A first fetch has no settled part to speak of until all of it is, and a mark never goes back.
            return
        until = min(cursor.started_at, held - timedelta(seconds=1)) if held else cursor.started_at
        history_id = cursor.history_id if held is None else None
        for category in self.request.categories:
            mailboxes.settle(
                self.request.user_id, self.request.mailbox_id, category=category, until=until, history_id=history_id
            )


def _is_after(at: datetime | None, mark: datetime) -> bool:
    return at is not None and at > mark - _SLACK


def _has_failed(entry: Entry) -> bool:
    return entry.state in (EntryState.FAILED, EntryState.GIVEN_UP)


def _counted_as(entry: Entry, job_id: str) -> str:
    if entry.state in (EntryState.WAITING, EntryState.FAILED, EntryState.GIVEN_UP):
        return "failed"
    if entry.job_id != job_id or entry.state is EntryState.DUPLICATE:
        return "duplicate"
    return "ignored" if entry.state is EntryState.IGNORED else "stored"
