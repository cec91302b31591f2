"""Every page: what it shows, whose it is, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType

from accounts import mailboxes
from accounts import store as people
from accounts.google import GMAIL_READONLY, GoogleTokens
from accounts.user import User
from invoices import exporting, insights, jobs, ledger, lessons, limits, rates, store
from invoices.invoice import Fact, Invoice, InvoiceState, Line
from invoices.listing import LOOKED_THROUGH
from invoices.templatetags.invoices import day, full_day, named
from paypulse.core import clock
from paypulse.core.categories import Category
from paypulse.core.clock import frozen, now
from paypulse.core.config import config
from tests import household
from tests.counting import Reads, dynamodb_reads

Window = Callable[[User], Client]
# The day it is where Alice and Bob are.
today = partial(clock.today, "Europe/Stockholm")
PAGES = ("overview", "list", "rent", "review", "vendors", "activity", "upload", "calendar-settings")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_a_newcomer(alice: User, window: Window, name: str) -> None:
    assert window(alice).get(reverse(f"invoices:{name}")).status_code == 200


def test_a_first_sync_is_shown_while_nothing_is_read_yet(alice: User, window: Window) -> None:
    tokens = GoogleTokens(access_token="a", refresh_token="r", expires_at=now() + timedelta(hours=1))
    mailboxes.connect(alice.user_id, google_id="1", email="alice@gmail.example", tokens=tokens, scopes=[GMAIL_READONLY])
    jobs.begin(alice.user_id, kind="sync", request={})

    answer = window(alice).get("/")

    assert b"Your mail is being looked through" in answer.content
    assert b"hx-trigger" in answer.content


def test_the_overview_says_what_stands_in_the_way_while_there_is_no_invoice(alice: User, window: Window) -> None:
    client, box = window(alice), household.mailbox(alice.user_id)
    assert b"Choose how far back" in client.get("/").content
    job = jobs.begin(alice.user_id, kind="sync", request={})
    jobs.advance(alice.user_id, job.job_id, state=jobs.JobState.FAILED, error="Google did not answer.")
    failed = client.get("/").content
    assert b"came to no end" in failed and b"Google did not answer." in failed
    job = jobs.begin(alice.user_id, kind="sync", request={})
    jobs.advance(alice.user_id, job.job_id, state=jobs.JobState.DONE)

    done = client.get("/").content

    assert b"No invoices found so far" in done and f"/mailboxes/{box.mailbox_id}/lookback/".encode() in done


def test_the_overview_says_when_mail_was_not_looked_through_for_long(
    alice: User, year: list[Invoice], window: Window
) -> None:
    box, client = household.mailbox(alice.user_id), window(alice)
    with frozen(now() - timedelta(days=9)):
        mailboxes.settle(alice.user_id, box.mailbox_id, category=Category.RENTAL, until=now())
    silent = client.get("/").content
    mailboxes.settle(alice.user_id, box.mailbox_id, category=Category.RENTAL, until=now())

    assert b"newer invoices are missing here" in silent
    assert b"newer invoices are missing here" not in client.get("/").content


def test_an_invoice_is_joined_to_another_of_the_person_but_never_to_a_strangers(
    alice: User, bob: User, window: Window
) -> None:
    first, second = (household.receipt(alice.user_id, digest, day=today()) for digest in "12")
    other, client = household.receipt(bob.user_id, "3", day=today()), window(alice)
    place, told = _place("link", second.invoice_id), {"version": 1, "role": "duplicate_of"}

    assert first.invoice_id in client.get(f"/invoices/{second.invoice_id}/?link=1").content.decode()
    assert client.post(place, {**told, "other": other.invoice_id}).status_code == 404
    client.post(place, {**told, "other": first.invoice_id})

    kept = store.invoice(alice.user_id, second.invoice_id)
    assert (kept.duplicate_of, kept.state) == (first.invoice_id, InvoiceState.DUPLICATE)


def test_an_invoice_shows_its_refund_and_its_double_as_they_show_it(alice: User, window: Window) -> None:
    bought = store.record(household.invoice(alice.user_id, "1", **_bought(days_ago=9)))
    refund = store.record(household.invoice(alice.user_id, "2", kind="credit_note", **_bought(days_ago=8)))
    double = store.record(household.invoice(alice.user_id, "3", **_bought(days_ago=7)))
    client = window(alice)

    page = client.get(_place("detail", bought.invoice_id)).content.decode()

    assert "A refund belongs to it." in page and f"/invoices/{refund.invoice_id}/" in page
    assert "It came twice" in page and f"/invoices/{double.invoice_id}/" in page
    for other in (refund, double):
        assert f"/invoices/{bought.invoice_id}/" in client.get(_place("detail", other.invoice_id)).content.decode()


def _bought(*, days_ago: int) -> dict[str, Any]:
    return {
        "received_at": now() - timedelta(days=days_ago),
        "vendor_name": "Zalando",
        "total_amount": Decimal(899),
        "currency": "SEK",
        "invoice_date": today() - timedelta(days=9),
        "order_number": "A-1",
    }


def test_two_that_are_joined_by_hand_lead_to_each_other(alice: User, window: Window) -> None:
    first, second = (household.receipt(alice.user_id, digest, day=today()) for digest in "12")

    told = {"version": 1, "role": "linked_to", "other": first.invoice_id}
    window(alice).post(_place("link", second.invoice_id), told)

    assert store.invoice(alice.user_id, first.invoice_id).linked_to == second.invoice_id
    assert store.invoice(alice.user_id, second.invoice_id).linked_to == first.invoice_id


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_with_a_year_of_invoices(alice: User, year: list[Invoice], window: Window, name: str) -> None:
    household.work(alice.user_id)

    answer = window(alice).get(reverse(f"invoices:{name}"))

    assert answer.status_code == 200
    assert not re.search(rb"\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=", answer.content)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_a_page_without_signing_in(aws: None, name: str) -> None:
    answer = Client().get(reverse(f"invoices:{name}"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign-in"))


OWNED = ("detail", "original", "sheet", "download")
CHANGES = ("edit", "undo", "paid", "state", "confirm", "link")


def _place(name: str, invoice_id: str) -> str:
    more = {"sheet": [1], "edit": ["total_amount"], "undo": ["total_amount"]}
    return reverse(f"invoices:{name}", args=[invoice_id, *more.get(name, [])])


@pytest.mark.parametrize("name", OWNED)
def test_another_persons_invoice_is_not_there(alice: User, bob: User, window: Window, name: str) -> None:
    for kept in (household.receipt(alice.user_id, "1", day=today()), household.rent(alice.user_id, date(2026, 12, 1))):
        assert window(bob).get(_place(name, kept.invoice_id)).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_changes_another_persons_invoice(alice: User, bob: User, window: Window, name: str) -> None:
    kept = household.receipt(alice.user_id, "1", day=today())

    answer = window(bob).post(_place(name, kept.invoice_id), {"version": kept.version, "value": "1", "paid": "1"})

    assert answer.status_code == 404
    assert store.invoice(alice.user_id, kept.invoice_id) == kept


def test_a_form_without_its_token_is_refused(alice: User, window: Window) -> None:
    kept = household.receipt(alice.user_id, "1", day=today())
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = window(alice).cookies

    assert strict.post(_place("state", kept.invoice_id), {"state": "not_an_invoice"}).status_code == 403


def test_the_overview_shows_this_month_and_what_needs_a_look(alice: User, year: list[Invoice], window: Window) -> None:
    this, amounts = today(), [each for each in year if each.is_counted and each.currency == "SEK"]
    expected = sum(
        (each.signed_amount or Decimal(0) for each in amounts if f"{each.day:%Y%m}" == f"{this:%Y%m}"), Decimal(0)
    )

    answer = window(alice).get("/")

    assert f"SEK\u00a0{expected:,.2f}" in answer.content.decode()
    assert b"Review now" in answer.content
    assert answer.cookies["look"].value == "2"


def test_the_overview_tells_of_the_next_dues_and_of_what_is_late_whatever_it_is_for(
    alice: User, window: Window
) -> None:
    soon, later, late = (today() + timedelta(days=days) for days in (3, 40, -4))
    kept = [
        household.receipt(alice.user_id, "a", shop=1, day=today() - timedelta(days=9), due_date=soon, kind="invoice"),
        household.receipt(alice.user_id, "b", shop=0, day=today() - timedelta(days=20), due_date=late, kind="invoice"),
        household.receipt(alice.user_id, "c", shop=2, day=today(), due_date=soon),
        household.rent(alice.user_id, later + timedelta(days=1)),
    ]
    household.summarise(alice.user_id, kept)
    client = window(alice)

    text = client.get("/").content.decode()
    due = text[text.index("Next due") : text.index("Needs a look")]
    assert due.index("Vattenfall") < due.index("Hyresbolaget") and "ICA" not in due
    assert f"Spotify: SEK\u00a0129.00 was due {day(late)}" in text
    place = re.search(r'action="(/invoices/inv_\w+/paid/)".*?name="version" value="(\d+)"', text)
    assert place
    client.post(place[1], {"version": place[2], "paid": "1"})
    assert store.invoice(alice.user_id, kept[1].invoice_id).paid_on == today()


def test_the_pages_speak_swedish_with_its_numbers_and_months(alice: User, year: list[Invoice], window: Window) -> None:
    client = window(alice)
    client.post("/accounts/settings/", {**_prefers(alice, ""), "language": "sv"})
    texts = {place: client.get(place).content.decode() for place in ("/", "/rent/")}

    assert 'lang="sv"' in texts["/"]
    assert re.search(r'class="value">[\d\u00a0]+,\d\d\u00a0kr<', texts["/"])
    assert "Översikt" in texts["/"] and "november" in texts["/rent/"].casefold()
    assert not re.search(r">(Total|Month|Vendor|Change|Review|Overview)<", texts["/"])


def test_the_overview_asks_about_documents_of_any_age(alice: User, window: Window) -> None:
    old = household.receipt(
        alice.user_id, "1", day=today() - timedelta(days=1500), state=InvoiceState.NEEDS_LOOK, reasons=("total_amount",)
    )
    household.summarise(alice.user_id, [old])

    answer = window(alice).get("/")

    assert b"Review now" in answer.content
    assert answer.cookies["look"].value == "1"


def _prefers(user: User, currency: str) -> dict[str, str]:
    return {"name": user.name, "language": "en", "time_zone": "Europe/Stockholm", "home_currency": currency}


def _headline(client: Client, place: str = "/") -> str:
    text = client.get(place).content.decode()
    found = re.search(r'<dd class="value">([^<]+)</dd>', text)
    assert found
    return found[1]


def test_the_home_currency_comes_first_and_without_rates_nothing_is_added_to_it(
    alice: User, year: list[Invoice], window: Window
) -> None:
    client = window(alice)
    client.post("/accounts/settings/", _prefers(alice, "USD"))

    assert _headline(client, "/?currency=USD") == "US$12.38"
    told = client.get("/").content.decode()
    assert "All in USD" in told and "without a rate of their day are left out" in told
    assert _headline(client) == "US$12.38"


def test_amounts_are_added_in_the_home_currency_at_stored_rates(
    alice: User, year: list[Invoice], window: Window
) -> None:
    days = [today() - timedelta(days=back) for back in range(400)]
    rates.keep({day: {"USD": Decimal(1), "SEK": Decimal(10)} for day in days})
    client = window(alice)
    before = _headline(client)
    client.post("/accounts/settings/", _prefers(alice, "SEK"))

    def kronor(text: str) -> Decimal:
        return Decimal(text.removeprefix("SEK\u00a0").replace(",", ""))

    foreign = sum(
        ((each.signed_amount or Decimal(0)) * 10 for each in year if _is_foreign(each) and _is_this_month(each)),
        Decimal(0),
    )
    assert foreign > 0 and kronor(_headline(client)) == kronor(before) + foreign
    assert b"left out" not in client.get("/").content
    assert _headline(client, "/?currency=SEK") == before


def test_a_month_to_come_is_counted_in_a_new_home_currency_when_it_comes(
    alice: User, year: list[Invoice], window: Window
) -> None:
    following = (today().replace(day=1) + timedelta(days=32)).replace(day=1)
    rent = household.rent(alice.user_id, following + timedelta(days=27))
    household.summarise(alice.user_id, [rent])
    window(alice).post("/accounts/settings/", _prefers(alice, "SEK"))

    with frozen(datetime.combine(following, time(12), UTC)):
        told = _headline(window(alice), "/?currency=all")

    assert rent.total_amount and told == f"SEK\u00a0{rent.total_amount:,.2f}"


def _is_foreign(invoice: Invoice) -> bool:
    return invoice.is_counted and invoice.currency != "SEK"


def _is_this_month(invoice: Invoice) -> bool:
    return f"{invoice.day:%Y%m}" == f"{today():%Y%m}"


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_an_order_by_day_holds_over_all_pages(alice: User, window: Window, sort: str) -> None:
    household.many(alice.user_id, 120, today=today())
    household.rent(alice.user_id, today() - timedelta(days=30))
    household.rent(alice.user_id, today() - timedelta(days=90))
    client, seen, place = window(alice), list[str](), f"/invoices/?sort={sort}"
    while place:
        text = client.get(place).content.decode()
        seen += re.findall(r'name="invoice" value="(inv_\w+)"', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        place = "/invoices/" + unescape(following[1]) if following else ""

    days = [store.invoice(alice.user_id, each).day for each in seen]
    assert len(set(seen)) == len(seen) == 122
    assert days == sorted(days, reverse=sort == "newest")


def test_an_order_by_amount_says_how_far_it_reaches(alice: User, window: Window) -> None:
    household.many(alice.user_id, 230, today=today())

    assert b"largest and smallest as far as" in window(alice).get("/invoices/?sort=largest").content


@pytest.mark.parametrize("vendor", ["ica", "ICA Maxi", "ica maxi", "Ica"])
def test_a_vendor_is_found_by_its_first_words(alice: User, year: list[Invoice], window: Window, vendor: str) -> None:
    text = window(alice).get("/invoices/", {"vendor": vendor}).content.decode()

    assert len(re.findall(r'name="invoice"', text)) == sum(each.vendor_id == "ica" for each in year)


def test_everything_the_list_is_narrowed_by_is_in_its_address(alice: User, year: list[Invoice], window: Window) -> None:
    since = today().replace(day=1) - timedelta(days=90)
    answer = window(alice).get(
        "/invoices/", {"category": "utility", "since": since, "least": "600", "q": "vatten", "sort": "oldest"}
    )

    shown = re.findall(r'name="invoice" value="(inv_\w+)"', answer.content.decode())
    wanted = [each for each in year if each.vendor_id == "vattenfall" and each.day >= since]
    assert shown == [each.invoice_id for each in sorted(wanted, key=lambda each: each.day)]


def test_a_cursor_that_is_not_ours_starts_the_list_again(alice: User, year: list[Invoice], window: Window) -> None:
    for cursor in ("nonsense", "WyJ4IiwgbnVsbF0", "å"):
        answer = window(alice).get("/invoices/", {"cursor": cursor, "category": "utility"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/invoices/?category=utility"


def test_htmx_gets_the_main_part_alone(alice: User, year: list[Invoice], window: Window) -> None:
    part = window(alice).get("/invoices/", headers={"HX-Request": "true"})

    assert b"<html" not in part.content
    assert b'id="results"' in part.content


def test_a_field_is_corrected_told_in_the_history_and_undone(alice: User, window: Window) -> None:
    kept, client = household.receipt(alice.user_id, "1", day=today()), window(alice)

    client.post(_place("edit", kept.invoice_id), {"value": "1 234,50", "version": kept.version})
    corrected = store.invoice(alice.user_id, kept.invoice_id)
    page = client.get(_place("detail", kept.invoice_id)).content.decode()
    client.post(_place("undo", kept.invoice_id), {"version": corrected.version})

    assert corrected.total_amount == Decimal("1234.50")
    assert "SEK\u00a01,234.50" in page
    assert "129.00" in page[page.index(">History<") :]
    assert store.invoice(alice.user_id, kept.invoice_id).total_amount == kept.total_amount


def test_what_only_a_category_has_is_corrected_and_undone_like_the_rest(alice: User, window: Window) -> None:
    kept, client = household.receipt(alice.user_id, "1", shop=3, day=today()), window(alice)
    places = [reverse(f"invoices:{name}", args=[kept.invoice_id, "tip"]) for name in ("edit", "undo")]

    client.post(places[0], {"value": "1.234", "version": 1})
    told = store.invoice(alice.user_id, kept.invoice_id)
    page = client.get(_place("detail", kept.invoice_id)).content.decode()
    client.post(places[1], {"version": 2})
    elsewhere = client.post(reverse("invoices:edit", args=[kept.invoice_id, "plan"]), {"value": "x", "version": 3})

    assert told.details["tip"] == Decimal(1234)
    assert "SEK\u00a01,234.00" in page[page.index(">History<") :]
    assert "tip" not in store.invoice(alice.user_id, kept.invoice_id).details
    assert elsewhere.status_code == 404


def test_a_corrected_detail_outlives_another_reading(alice: User, window: Window) -> None:
    kept = household.receipt(alice.user_id, "1", shop=3, day=today())
    place = reverse("invoices:edit", args=[kept.invoice_id, "restaurant"])
    window(alice).post(place, {"value": "Pizzeria Roma", "version": 1})

    store.record(replace(kept, reader_version=2, details={"restaurant": "Roma"}))

    assert store.invoice(alice.user_id, kept.invoice_id).details["restaurant"] == "Pizzeria Roma"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total_amount", "about ten"),
        ("total_amount", "1e400"),
        ("currency", "kronor"),
        ("invoice_date", "31/12"),
        ("sub_type", "rent"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_a_word(alice: User, window: Window, name: str, value: str) -> None:
    kept = household.receipt(alice.user_id, "1", day=today())

    answer = window(alice).post(
        reverse("invoices:edit", args=[kept.invoice_id, name]), {"value": value, "version": kept.version}
    )

    assert answer.status_code == 422
    assert f'id="edit-{name}-error"'.encode() in answer.content
    assert store.invoice(alice.user_id, kept.invoice_id) == kept


def test_an_edit_of_what_was_changed_meanwhile_saves_nothing(alice: User, window: Window) -> None:
    kept = household.receipt(alice.user_id, "1", day=today())
    store.set_paid(alice.user_id, kept.invoice_id, expected_version=kept.version, paid_on=today())

    answer = window(alice).post(_place("edit", kept.invoice_id), {"value": "1", "version": kept.version}, follow=True)

    assert b"changed in the meantime" in answer.content
    assert store.invoice(alice.user_id, kept.invoice_id).total_amount == kept.total_amount


def test_paid_not_paid_and_not_an_invoice(alice: User, window: Window) -> None:
    kept, client = household.rent(alice.user_id, date(2026, 12, 1)), window(alice)

    client.post(_place("paid", kept.invoice_id), {"version": 1, "paid": "1"})
    paid = store.invoice(alice.user_id, kept.invoice_id)
    client.post(_place("paid", kept.invoice_id), {"version": 2})
    client.post(_place("state", kept.invoice_id), {"version": 3, "state": "not_an_invoice"})
    after = store.invoice(alice.user_id, kept.invoice_id)

    assert paid.paid_on == today()
    assert (after.paid_on, after.state) == (None, InvoiceState.NOT_AN_INVOICE)


def test_ticked_invoices_change_together_and_strangers_ids_change_nothing(
    alice: User, bob: User, window: Window
) -> None:
    own = [household.receipt(alice.user_id, str(number), day=today()) for number in (1, 2)]
    other = household.receipt(bob.user_id, "1", day=today())
    ids = [each.invoice_id for each in (*own, other)]

    answer = window(alice).post("/invoices/bulk/", {"invoice": ids, "action": "travel"}, follow=True)

    assert b"2 invoices changed" in answer.content and b"1 was left" in answer.content
    assert {str(store.invoice(alice.user_id, each.invoice_id).sub_type) for each in own} == {"travel"}
    assert store.invoice(bob.user_id, other.invoice_id) == other


def test_the_review_queue_reaches_zero(alice: User, year: list[Invoice], window: Window) -> None:
    client = window(alice)
    for _ in range(2):
        text = client.get("/review/").content.decode()
        place = re.search(r'action="(/review/inv_\w+/)"', text)
        version = re.search(r'name="version" value="(\d+)"', text)
        assert place and version
        client.post(
            place[1],
            {
                "version": version[1],
                "total_amount": "324",
                "currency": "SEK",
                "vendor_name": "foodora",
                "action": "confirm",
            },
        )

    assert b"Nothing to look at" in client.get("/review/").content
    assert not store.needs_look(alice.user_id).items


def test_a_review_goes_on_from_where_the_person_is_and_says_how_many_are_left(
    alice: User, year: list[Invoice], window: Window
) -> None:
    client, waiting = window(alice), store.needs_look(alice.user_id).items
    page = client.get(f"/review/?after={waiting[0].invoice_id}").content.decode()
    assert "2 documents to look at" in page
    assert f'name="then" value="{waiting[0].invoice_id}"' in page

    going = client.post(
        _place("confirm", waiting[1].invoice_id),
        {"version": 1, "action": "not_an_invoice", "then": waiting[0].invoice_id},
    )

    assert going["Location"] == f"/review/?at={waiting[0].invoice_id}"
    assert b"1 document to look at" in client.get(going["Location"]).content
    assert store.invoice(alice.user_id, waiting[1].invoice_id).state is InvoiceState.NOT_AN_INVOICE


def test_a_review_of_what_was_changed_meanwhile_changes_nothing(
    alice: User, year: list[Invoice], window: Window
) -> None:
    asked = store.needs_look(alice.user_id).items[0]
    store.set_paid(alice.user_id, asked.invoice_id, expected_version=asked.version, paid_on=today())

    answer = window(alice).post(
        _place("confirm", asked.invoice_id), {"version": asked.version, "action": "not_an_invoice"}, follow=True
    )

    assert b"changed in the meantime" in answer.content
    assert store.invoice(alice.user_id, asked.invoice_id).state is InvoiceState.NEEDS_LOOK


def test_a_review_without_an_amount_is_not_confirmed(alice: User, year: list[Invoice], window: Window) -> None:
    asked = store.needs_look(alice.user_id).items[0]

    answer = window(alice).post(
        _place("confirm", asked.invoice_id), {"version": asked.version, "total_amount": "", "currency": "SEK"}
    )

    assert answer.status_code == 422
    assert store.invoice(alice.user_id, asked.invoice_id) == asked


def test_single_keys_are_switched_off_and_on(alice: User, window: Window) -> None:
    client = window(alice)
    client.post("/appearance/", {"theme": "dark"})
    off = client.get("/")
    client.post("/appearance/", {"theme": "dark", "keys": "on"})

    assert b'data-keys="off"' in off.content and b'data-theme="dark"' in off.content
    assert b'data-keys="off"' not in client.get("/").content


def test_this_years_rent_adds_up_sure_amounts_of_one_currency(alice: User, window: Window) -> None:
    this = date(today().year, 2, 1)
    household.rent(alice.user_id, this, currency="EUR")
    household.rent(alice.user_id, this.replace(month=3), state=InvoiceState.NEEDS_LOOK)
    sure = household.rent(alice.user_id, this.replace(month=4))

    text = window(alice).get("/rent/").content.decode()

    this_year = text[text.index("This year") :]
    assert str(sure.total_amount) in this_year[: this_year.index("</dl>")].replace(",", "")


def test_totals_of_a_part_of_the_list_say_so(alice: User, year: list[Invoice], window: Window) -> None:
    client = window(alice)

    assert b"of this page only" in client.get("/invoices/").content
    assert b"of this page only" not in client.get("/invoices/?category=rental").content


def test_a_search_goes_on_by_itself_until_something_fits(alice: User, window: Window) -> None:
    household.many(alice.user_id, 450, today=today())
    household.receipt(alice.user_id, "old", day=today() - timedelta(days=3700), vendor_name="Rara Avis")
    client, place, asked = window(alice), "/invoices/?q=avis", 0
    while place:
        text = client.get(place, headers={"HX-Request": "true"}).content.decode()
        following = re.search(r'hx-get="([^"]+)" hx-trigger="load"', text)
        place, asked = unescape(following[1]) if following else "", asked + 1

    assert asked == -(-451 // LOOKED_THROUGH)
    assert "Rara Avis" in text and "Nothing so far" not in text


def test_the_activity_counts_add_up(alice: User, window: Window) -> None:
    household.work(alice.user_id)

    text = window(alice).get("/activity/").content.decode()

    all_of, *states = [int(number) for number in re.findall(r'class="chip"[^>]*>[^<]*<span class="num">(\d+)', text)]
    assert all_of == sum(states) == 7


def test_a_long_ledger_is_counted_in_one_read_and_says_that_there_is_more(
    alice: User, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    household.work(alice.user_id)
    monkeypatch.setattr(ledger, "_COUNTED_AT_ONCE", 5)

    counts, is_whole = ledger.recent_counts(alice.user_id)

    assert (sum(counts.values()), is_whole) == (5, False)
    assert b'<span class="num">5+</span>' in window(alice).get("/activity/").content


@pytest.mark.parametrize(
    ("zone", "hour"), [("America/Los_Angeles", 20), ("Europe/Stockholm", 0), ("Pacific/Auckland", 6)]
)
def test_this_month_is_the_month_it_is_where_the_person_is(
    alice: User, year: list[Invoice], window: Window, zone: str, hour: int
) -> None:
    people.change_profile(alice.user_id, name="Alice", language="en", time_zone=zone, home_currency=None)
    first = datetime.combine(today().replace(day=1), time(hour, 30), ZoneInfo(zone))
    at = first if hour < 12 else first - timedelta(days=1)  # early on a month's first day, or late on its last
    assert f"{at:%Y-%m}" != f"{at.astimezone(UTC):%Y-%m}"

    with frozen(at):
        client = window(alice)
        overview, vendors = client.get("/").content.decode(), client.get("/vendors/").content.decode()

    assert f"<h1>{at:%B %Y}</h1>" in overview and f"?month={at:%Y-%m}" in overview
    thirteen = [(at.year * 12 + at.month - 1 - back) for back in range(13)]
    count = sum(each.vendor_name == "Spotify" and each.day.year * 12 + each.day.month - 1 in thirteen for each in year)
    assert re.search(rf'Spotify</a>.*?<td class="num wide-only">{count}</td>', vendors)


def test_progress_is_asked_for_only_while_something_runs(alice: User, window: Window) -> None:
    job, client = jobs.begin(alice.user_id, kind="sync", request={}), window(alice)
    running = client.get("/activity/progress/").content
    jobs.advance(alice.user_id, job.job_id, state=jobs.JobState.DONE)
    done = client.get("/activity/progress/?was=running")

    assert b"hx-trigger" in running and b"hx-trigger" not in done.content
    assert done["HX-Refresh"] == "true"


def test_a_job_that_says_nothing_for_long_is_not_watched_any_more(alice: User, window: Window) -> None:
    with frozen(now() - timedelta(hours=2)):
        jobs.begin(alice.user_id, kind="sync", request={})

    assert b"hx-trigger" not in window(alice).get("/activity/progress/").content


def test_what_was_given_up_is_tried_again(alice: User, window: Window) -> None:
    household.work(alice.user_id)

    answer = window(alice).post("/activity/again/", follow=True)

    assert b"1 mail is fetched again" in answer.content
    assert ledger.counts(alice.user_id)[ledger.EntryState.GIVEN_UP] == 0


@pytest.mark.parametrize(
    ("count", "most", "address"),
    [
        (limits.fetching, 30, "/sync/"),
        (limits.fetching, 30, "/activity/again/"),
        (limits.fetching, 30, "/activity/reread/"),
        (limits.fetching, 30, "/mailboxes/{mailbox}/lookback/"),
        (limits.uploading, 300, "/upload/"),
        (limits.exporting, 30, "/invoices/export/csv/"),
    ],
)
def test_what_is_dear_is_had_so_often_an_hour_by_pages_and_api_together(
    alice: User,
    window: Window,
    monkeypatch: pytest.MonkeyPatch,
    count: Callable[[str], None],
    most: int,
    address: str,
) -> None:
    household.work(alice.user_id)
    household.receipt(alice.user_id, "1", day=today())
    monkeypatch.setattr(exporting, "AT_ONCE", {"csv": 0})
    place = address.format(mailbox=household.mailbox(alice.user_id).mailbox_id)
    given = {"documents": SimpleUploadedFile("a.html", b"<p>Total 12.00 SEK</p>"), "choice": "1-year"}
    browser = window(alice)
    ask = browser.get if "export" in place else browser.post
    for _ in range(most - 1):
        count(alice.user_id)
    assert "Too many attempts" not in ask(place, given, follow=True).text
    before = len(jobs.jobs(alice.user_id))
    refused = ask(place, {**given, "documents": SimpleUploadedFile("b.html", b"<p>Total 13.00 SEK</p>")}, follow=True)
    assert "Too many attempts" in refused.text and len(jobs.jobs(alice.user_id)) == before


def test_a_vendor_that_no_row_knows_has_a_page_whatever_its_name(alice: User, window: Window) -> None:
    for digest, name in enumerate(("A/S Møbler & Co", "?", "50 % off #1")):
        household.receipt(alice.user_id, str(digest), day=today(), vendor_id=None, vendor_name=name)
    household.summarise(alice.user_id, list(store.list_retail(alice.user_id).items))
    client = window(alice)

    places = re.findall(r'href="(/vendors/[^"]+/)"', unescape(client.get("/vendors/").content.decode()))

    assert len(places) == 3
    assert {client.get(place).status_code for place in places} == {200}


def test_a_wrong_vendor_or_category_is_taught_on_the_vendors_page_and_forgotten(alice: User, window: Window) -> None:
    kept = [household.receipt(alice.user_id, str(number), shop=1, day=today()) for number in (1, 2)]
    client, told = window(alice), {"invoice": kept[0].invoice_id, "vendor_name": "Elbolaget", "sub_type": "utility"}

    answer = client.post("/vendors/taught/", told, follow=True)
    forgotten = client.post("/vendors/taught/", {**told, "action": "forget"}, follow=True)

    assert answer.redirect_chain[-1][0] == "/vendors/vattenfall/"
    assert b"2 earlier ones were changed too" in answer.content and b"Forget what I taught" in answer.content
    assert {store.invoice(alice.user_id, each.invoice_id).vendor_name for each in kept} == {"Elbolaget"}
    assert b"Forget what I taught" not in forgotten.content


def test_an_edit_teaches_only_when_it_is_ticked(alice: User, window: Window) -> None:
    first, second = (household.receipt(alice.user_id, digest, shop=1, day=today()) for digest in "12")
    client = window(alice)

    for digest, more in ((first, {}), (second, {"always": "on"})):
        place = reverse("invoices:edit", args=[digest.invoice_id, "sub_type"])
        client.post(place, {"value": "travel", "version": 1, **more})
        taught = lessons.lesson(alice.user_id, "vattenfall")
        assert (taught and taught.sub_type) == ("travel" if more else None)


def test_nobody_teaches_by_another_persons_invoice(alice: User, bob: User, window: Window) -> None:
    kept = household.receipt(alice.user_id, "1", shop=1, day=today())

    answer = window(bob).post("/vendors/taught/", {"invoice": kept.invoice_id, "vendor_name": "x"})

    assert answer.status_code == 404
    assert lessons.lesson(bob.user_id, "vattenfall") is lessons.lesson(alice.user_id, "vattenfall") is None


def test_a_payment_code_is_there_until_it_is_paid(alice: User, window: Window) -> None:
    kept, client = household.rent(alice.user_id, date(2026, 12, 1)), window(alice)

    assert b'class="qr' in client.get(_place("detail", kept.invoice_id)).content
    client.post(_place("paid", kept.invoice_id), {"version": 1, "paid": "1"})
    assert b'class="qr' not in client.get(_place("detail", kept.invoice_id)).content


def reads() -> AbstractContextManager[Reads]:
    """The DynamoDB reads made meanwhile, and the items they looked at."""
    return dynamodb_reads(household.dynamodb_client())


# Two of them say who is asking: the session and its person.
@pytest.mark.parametrize(
    ("place", "most"),
    [("/", 3), ("/invoices/", 2), ("/invoices/?q=spotify", 2), ("/rent/", 1), ("/vendors/", 1), ("/review/", 2)],
)
def test_a_page_costs_a_fixed_number_of_reads(
    alice: User, year: list[Invoice], window: Window, place: str, most: int
) -> None:
    client = window(alice)
    with reads() as counted:
        client.get(place)

    assert counted.calls - 2 <= most, counted


def multiplied(user_id: str, times: int) -> int:
    """Make so many of each of the person's receipts, where the AWS in memory keeps them; gives how many there are then."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][config().region].tables["RetailInvoices"]
    rows = table.items[DynamoType({"S": user_id})]
    for key, row in list(rows.items()):
        for number in range(1, times):
            twin = copy(row)
            twin.range_key = DynamoType({"S": f"{key.value}-{number}"})
            twin.attrs = {**row.attrs, "InvoiceID": twin.range_key}
            rows[twin.range_key] = twin
    return len(rows)


def test_pages_read_as_much_at_a_hundred_thousand_invoices_as_at_a_hundred(
    alice: User, bob: User, window: Window
) -> None:
    """bench/pages.py prints the same figures, and what they take, over a DynamoDB whose queries cost what they do on AWS."""
    for person, count in ((alice, 100), (bob, 1000)):
        household.rent(person.user_id, date(2026, 12, 1))
        household.many(person.user_id, count, today=today())
    assert multiplied(bob.user_id, 100) == 100_000

    small, large = window(alice), window(bob)
    for place in ("/", "/invoices/", "/rent/", "/vendors/", "/review/"):
        with reads() as few:
            small.get(place)
        with reads() as lots:
            large.get(place)
        assert lots == few, place


def test_a_search_looks_through_a_bounded_number_of_invoices_at_a_time(alice: User, window: Window) -> None:
    household.many(alice.user_id, 1000, today=today())
    client = window(alice)

    with reads() as counted:
        client.get("/invoices/?q=nothing")

    assert counted.calls - 2 == 2 and counted.items - 2 <= LOOKED_THROUGH + 10


@pytest.mark.parametrize(("status", "asked"), [("unsure", True), ("proved", False)])
def test_an_invoice_says_how_sure_its_lines_are(alice: User, window: Window, status: str, asked: bool) -> None:
    kept = household.receipt(
        alice.user_id,
        "lines",
        day=today(),
        line_items=(Line(description="Premium Duo", total_price=Decimal("90.00")),),
        facts={"lines_total": Fact(value="90.00", confidence=0.4, status=status, method="lines")},
    )

    page = window(alice).get(f"/invoices/{kept.invoice_id}/").content.decode()

    card = page.partition(">Lines</h2>")[2].partition("</section>")[0]
    assert (named(status, "state") in card, "They do not come to any sum" in card) == (True, asked)


def test_a_price_that_rose_is_shown_with_its_day_and_the_line_that_changed(alice: User, window: Window) -> None:
    first = today().replace(day=5) - timedelta(days=120)
    days = [(first + timedelta(days=31 * number)).replace(day=5) for number in range(4)]
    came = [
        household.receipt(
            alice.user_id,
            f"s{number}",
            day=day,
            total_amount=Decimal(price),
            line_items=(
                Line(description="Premium Duo", total_price=Decimal(price) - 20),
                Line(description="Lyssna med", total_price=Decimal("20.00")),
            ),
        )
        for number, (day, price) in enumerate(zip(days, ("129.00", "129.00", "149.00", "149.00"), strict=True))
    ]
    household.summarise(alice.user_id, came)
    client = window(alice)

    own, overview = (unescape(client.get(place).content.decode()) for place in ("/vendors/spotify/", "/"))

    assert "Every month" in own and "Every month" in overview
    expected = insights.following(days[-1], insights.Rhythm.MONTHLY)
    assert (f"next {day(expected)}" in own) is (expected >= today()), "one that should have come is expected no more"
    for said in ("129.00 → SEK\u00a0149.00", "Premium Duo", "109.00 → 129.00", full_day(days[2])):
        assert said in own, said
    assert "Lyssna med" not in own.partition("Last price change")[2].partition("</section>")[0]
    assert f"129.00 → 149.00 on {day(days[2])}" in overview
