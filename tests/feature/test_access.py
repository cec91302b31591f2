"""Who may open what: every page and every route of the API, for nobody, a stranger, the owner and staff.

A new page or route that is not in these lists fails the tests.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.utils import quote
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from reportlab.pdfgen.canvas import Canvas

from accounts import devices, mailboxes, personal_tokens, store, tables, tokens
from accounts.claims import Scope
from accounts.google import GMAIL_READONLY, GoogleTokens
from accounts.user import User
from invoices import documents, exporting, jobs
from invoices import store as invoice_store
from lambdas.catalogue import functions
from paypulse import takeout
from paypulse.core.clock import now
from paypulse.core.config import config
from tests.feature.api.conftest import PASSWORD, request_event, through_the_gateway
from tests.feature.invoices import making
from vendors import rows
from vendors import store as vendor_store

pytestmark = pytest.mark.usefixtures("aws")


class Kind(StrEnum):
    """Whom a page is for; in this order nobody, a stranger, the owner, staff."""

    EVERYBODY = "in in in in"
    MEMBERS = "sign-in in in in"
    OWNER = "sign-in 404 in 404"
    STAFF = "sign-in 403 403 in"
    NOBODY = "sign-in 403 403 403"
    NOT_THERE = "sign-in 403 403 404"
    LEAVING = "sign-in sign-in sign-in sign-in"


def _pages(kind: Kind, method: str, *patterns: str) -> dict[str, tuple[Kind, str]]:
    return dict.fromkeys(patterns, (kind, method))


# Each address as the URL list writes it. What is posted may be refused for its content, but not for who posts it.
PAGES = {
    **_pages(
        Kind.EVERYBODY,
        "GET",
        "accounts/sign-in/",
        "accounts/sign-up/",
        "accounts/sent/",
        "accounts/reset/",
        "accounts/goodbye/",
        "calendar/<str:token>.ics",
        "accounts/welcome/<str:token>/",
        "accounts/reset/<str:token>/",
    ),
    **_pages(
        Kind.MEMBERS,
        "GET",
        "",
        "invoices/",
        "invoices/export/<str:form>/",
        "rent/",
        "review/",
        "vendors/",
        "upload/",
        "activity/",
        "activity/progress/",
        "calendar/",
        "accounts/confirm/",
        "accounts/sign-in/code/",
        "accounts/google/start/",
        "accounts/google/callback/",
        "accounts/settings/",
        "accounts/settings/address/",
        "accounts/settings/address/<str:token>/",
        "accounts/settings/password/",
        "accounts/settings/mailboxes/",
        "accounts/settings/notifications/",
        "accounts/settings/security/",
        "accounts/settings/security/second-step/",
        "accounts/settings/trail/",
        "accounts/settings/data/",
        "accounts/settings/delete/",
    ),
    **_pages(
        Kind.MEMBERS,
        "POST",
        "language/",
        "sync/",
        "appearance/",
        "activity/again/",
        "activity/reread/",
        "invoices/bulk/",
        "accounts/google/switch/",
        "accounts/settings/security/tokens/",
        "accounts/settings/data/samples/",
        "accounts/settings/data/export/",
    ),
    **_pages(
        Kind.OWNER,
        "GET",
        "invoices/<str:invoice_id>/",
        "invoices/<str:invoice_id>/original/",
        "invoices/<str:invoice_id>/original/<int:number>.png",
        "invoices/<str:invoice_id>/download/",
        "mailboxes/<str:mailbox_id>/lookback/",
        "vendors/<path:vendor>/",
        "accounts/settings/data/export/<str:job_id>/<int:number>/",
        "exports/<str:job_id>/<int:number>/",
    ),
    **_pages(
        Kind.OWNER,
        "POST",
        "invoices/<str:invoice_id>/edit/<str:name>/",
        "invoices/<str:invoice_id>/undo/<str:name>/",
        "invoices/<str:invoice_id>/paid/",
        "invoices/<str:invoice_id>/state/",
        "invoices/<str:invoice_id>/link/",
        "invoices/<str:invoice_id>/reread/",
        "review/<str:invoice_id>/",
        "vendors/taught/",
        "accounts/settings/mailboxes/<str:mailbox_id>/disconnect/",
        "accounts/settings/notifications/phones/<str:phone_id>/",
        "accounts/settings/security/devices/<str:device_id>/",
        "accounts/settings/security/tokens/<str:token_id>/",
    ),
    **_pages(
        Kind.STAFF,
        "GET",
        "admin/",
        "admin/login/",
        "admin/jsi18n/",
        "admin/^(?P<app_label>accounts|vendors)/$",
        "admin/accounts/user/<path:object_id>/history/",
        "admin/accounts/user/<path:object_id>/change/",
        "admin/vendors/vendorconfig/",
        "admin/vendors/vendorconfig/add/",
        "admin/vendors/vendorconfig/<path:object_id>/history/",
        "admin/vendors/vendorconfig/<path:object_id>/delete/",
        "admin/vendors/vendorconfig/<path:object_id>/change/",
        "admin/vendors/vendorconfig/<path:object_id>/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/try/",
    ),
    **_pages(
        Kind.STAFF,
        "POST",
        "admin/vendors/vendorconfig/<slug:vendor_id>/try/keep/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/try/propose/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/state/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/looked/",
    ),
    **_pages(
        Kind.STAFF,
        "GET",
        "admin/logout/",
        "admin/password_change/",
        "admin/password_change/done/",
        "admin/accounts/user/",
        "admin/accounts/user/<path:object_id>/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/versions/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/versions/<int:old>/<int:new>/",
        "admin/vendors/vendorconfig/<slug:vendor_id>/versions/<int:number>/restore/",
    ),
    # Of Django's own admin, and not what anybody is to do: people sign up themselves and are erased everywhere or not at all.
    **_pages(
        Kind.NOBODY,
        "GET",
        "admin/autocomplete/",
        "admin/accounts/user/add/",
        "admin/accounts/user/<path:object_id>/delete/",
    ),
    **_pages(Kind.NOT_THERE, "GET", "admin/r/<path:content_type_id>/<path:object_id>/", "admin/(?P<url>.*)$"),
    **_pages(Kind.MEMBERS, "POST", "accounts/settings/security/devices/others/"),
    **_pages(Kind.LEAVING, "POST", "accounts/sign-out/"),
}
# For each route of the API what nobody, a stranger, the owner and staff get; None is whatever is no refusal.
OPEN, MEMBER, OWN = (None, None, None, None), (401, None, None, None), (401, 404, None, 404)
ROUTES: dict[str, tuple[int | None, ...]] = {
    "POST /v1/auth/signup": OPEN,
    "POST /v1/auth/login": OPEN,
    "GET /v1/openapi.json": OPEN,
    "GET /v1/docs": OPEN,
    "GET /v1/docs.css": OPEN,
    "$default": (404, 404, 404, 404),
    "POST /v1/auth/gmail/store-tokens": MEMBER,
    "GET /v1/user/me": MEMBER,
    "DELETE /v1/user/me": (401, None, None, 409),
    "GET /v1/invoices/rental": MEMBER,
    "GET /v1/invoices/retail": MEMBER,
    "GET /v1/invoices/rental/{invoice_id}": OWN,
    "GET /v1/invoices/retail/{invoice_id}": OWN,
    "DELETE /v1/invoices/retail/{invoice_id}": OWN,
    "PATCH /v1/invoices/rental/{invoice_id}": OWN,
    "PATCH /v1/invoices/retail/{invoice_id}": OWN,
    "GET /v1/invoices/rental/{invoice_id}/original": OWN,
    "GET /v1/invoices/retail/{invoice_id}/original": OWN,
    "POST /v1/invoices/upload": MEMBER,
    "GET /v1/summaries": MEMBER,
    "GET /v1/vendors": MEMBER,
    "GET /v1/tokens": MEMBER,
    "POST /v1/tokens": MEMBER,
    "DELETE /v1/tokens/{token_id}": OWN,
    "GET /v1/user/push-devices": MEMBER,
    "POST /v1/user/push-devices": MEMBER,
    "DELETE /v1/user/push-devices/{device_id}": OWN,
    "GET /v1/jobs/{job_id}": OWN,
    "GET /v1/webhook": MEMBER,
    "PUT /v1/webhook": MEMBER,
    "DELETE /v1/webhook": MEMBER,
    "POST /v1/invoices/rental/ingest": MEMBER,
    "POST /v1/invoices/rental/ingest/latest": MEMBER,
    "POST /v1/invoices/retail/ingest": MEMBER,
}
BODIES: dict[str, Any] = {
    "PATCH /v1/invoices/rental/{invoice_id}": {"version": 1, "currency": "EUR"},
    "PATCH /v1/invoices/retail/{invoice_id}": {"version": 1, "currency": "EUR"},
}


def addresses() -> Iterator[str]:
    """Every address the site answers, as the URL list writes it."""
    yield from _addresses(get_resolver(), "")


def _addresses(found: URLResolver, before: str) -> Iterator[str]:
    for each in found.url_patterns:
        if isinstance(each, URLResolver):
            yield from _addresses(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern)


def test_every_page_is_in_the_list() -> None:
    assert set(addresses()) == set(PAGES)


def test_every_route_is_in_the_list() -> None:
    assert {str(route) for each in functions() for route in each.routes} == set(ROUTES)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people, and the owner's things by the names that addresses give them."""

    alice: User
    bob: User
    stina: User
    things: dict[str, str]
    receipt: str
    exported: str

    def address(self, pattern: str) -> str:
        place = pattern.replace("^(?P<app_label>accounts|vendors)/$", "vendors/").replace(
            "(?P<url>.*)$", "no/such/page/"
        )
        for name, value in self.things.items():
            place = place.replace(name, value)
        assert "<" not in place, f"nothing to put into {place}"
        return "/" + place

    def browser(self, role: str) -> Browser:
        opened = Browser()
        if role != "nobody":
            person = {"stranger": self.bob, "owner": self.alice, "staff": self.stina}[role]
            opened.post("/accounts/sign-in/", {"email": person.email, "password": PASSWORD})
        return opened


@pytest.fixture
def cast() -> Cast:
    alice, bob = (
        store.create_user(email=f"{name}@example.com", name=name.title(), password=PASSWORD)
        for name in ("alice", "bob")
    )
    stina = store.create_user(
        email="stina@example.com", name="Stina", password=PASSWORD, is_staff=True, is_superuser=True
    )
    rent = invoice_store.record(making.rental(user_id=alice.user_id))
    receipt = invoice_store.record(making.retail(user_id=alice.user_id))
    for invoice, content in ((rent, pdf()), (receipt, b"<p>Total 120.50 SEK</p>")):
        documents.store(invoice.s3_path, content, origin=_origin(invoice.s3_path))
    vendor_store.save(rows.shipped()[0], by=stina.user_id, expected_version=None)
    things = {"<str:invoice_id>": rent.invoice_id, "<slug:vendor_id>": rows.shipped()[0].vendor_id}
    return Cast(
        alice,
        bob,
        stina,
        {**things, **_belongings(alice), "<path:object_id>": things["<slug:vendor_id>"]},
        receipt.invoice_id,
        _exported(alice),
    )


def _belongings(alice: User) -> dict[str, str]:
    given = GoogleTokens(access_token="ya29.x", refresh_token=None, expires_at=now())
    mailbox = mailboxes.connect(
        alice.user_id, google_id="1", email="alice@gmail.example", tokens=given, scopes=(GMAIL_READONLY,)
    )
    tables.Session(
        devices.stored_key("phone"), session_data="", expire_date=now().replace(year=2030), user_id=alice.user_id
    ).save()
    personal_tokens.make(alice.user_id, name="script", scopes=(Scope.READ,))
    tables.PushDevice(alice.user_id, "phone", name="Alice's phone", endpoint="arn:phone", added_at=now()).save()
    job = takeout.request(alice.user_id)
    takeout.make(alice.user_id, job.job_id)
    return {
        "<str:mailbox_id>": mailbox.mailbox_id,
        "<str:device_id>": devices.stored_key("phone"),
        "<str:phone_id>": "phone",
        "<str:token_id>": personal_tokens.of(alice.user_id)[0].token_id,
        "<str:job_id>": job.job_id,
        "<path:vendor>": "nordkorg",
        "<str:name>": "currency",
        "<str:form>": "csv",
        "<str:token>": "forged",
        "<int:number>": "1",
        "<int:old>": "1",
        "<int:new>": "1",
        "<path:content_type_id>": "1",
    }


def _exported(alice: User) -> str:
    job = exporting.request(alice.user_id, form="csv", query="", invoice_ids=[])
    exporting.make(alice.user_id, job.job_id)
    return job.job_id


def _origin(s3_path: str) -> documents.Origin:
    return documents.Origin(
        mailbox_id=making.MAILBOX, message_id=s3_path, part=0, vendor_id="nordkorg", received_at=now()
    )


def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "Hyra 9876.00 SEK")
    canvas.save()
    return out.getvalue()


def outcome(browser: Browser, method: str, address: str, form: dict[str, str]) -> str:
    """What becomes of a request in the end: `sign-in`, a refusal's status, or `in`."""
    answer = browser.get(address) if method == "GET" else browser.post(address, form)
    while answer.status_code in (301, 302) and answer["Location"].startswith("/"):
        if answer["Location"].startswith(("/accounts/sign-in/", "/admin/login/")) and not _is_in(browser):
            return "sign-in"
        answer = browser.get(answer["Location"])
    assert answer.status_code < 500, f"{method} {address}: {answer.status_code}"
    return str(answer.status_code) if answer.status_code in (401, 403, 404) else "in"


def _is_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("role", ["nobody", "stranger", "owner", "staff"])
def test_each_page_is_open_to_whom_it_is_for(cast: Cast, role: str) -> None:
    place = ["nobody", "stranger", "owner", "staff"].index(role)
    browser, wrong = cast.browser(role), {}
    for pattern, (kind, method) in PAGES.items():
        expected = "404" if pattern.endswith(".ics") else kind.split()[place]
        found = outcome(browser, method, _address(cast, pattern), {"invoice": cast.things["<str:invoice_id>"]})
        if found != expected:
            wrong[f"{method} {pattern}"] = f"{found}, not {expected}"
    assert wrong == {}


def test_what_changes_something_is_posted_and_never_had_by_an_address(cast: Cast) -> None:
    posted = [pattern for pattern, (_, method) in PAGES.items() if method == "POST"]
    owner, staff = cast.browser("owner"), cast.browser("staff")
    had = {
        each: (staff if each.startswith("admin/") else owner).get(_address(cast, each)).status_code for each in posted
    }
    # Changing the language is a view of Django's, which leads back and does nothing then.
    assert {place: status for place, status in had.items() if status != 405} == {"language/": 302} and len(had) > 25
    assert settings.LANGUAGE_COOKIE_NAME not in owner.cookies


def _address(cast: Cast, pattern: str) -> str:
    if pattern.startswith("admin/accounts/user/"):
        pattern = pattern.replace("<path:object_id>", quote(cast.alice.user_id))
    if pattern.endswith("/original/"):
        pattern = pattern.replace("<str:invoice_id>", cast.receipt)  # a frame is for HTML; the other is a PDF
    if pattern.startswith("exports/"):
        pattern = pattern.replace("<str:job_id>", cast.exported)
    return cast.address(pattern)


@pytest.mark.parametrize("role", ["nobody", "stranger", "owner", "staff"])
def test_each_route_answers_whom_it_is_for(cast: Cast, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPULSE_ANSWER_WITHIN_S", "0")  # nobody fetches here
    config.cache_clear()
    person = {"nobody": None, "stranger": cast.bob, "owner": cast.alice, "staff": cast.stina}[role]
    bearer = {"authorization": f"Bearer {tokens.issue(person).token}"} if person else {}
    place = ["nobody", "stranger", "owner", "staff"].index(role)
    wrong = {}
    # What removes things comes last, and the account itself last of all.
    for route in sorted(ROUTES, key=lambda each: (each.startswith("DELETE"), "user/me" in each)):
        status = _asked(cast, bearer, route)
        if not _fits(status, ROUTES[route][place], signs_in="auth/login" in route):
            wrong[route] = f"{status}, not {ROUTES[route][place]}"
    assert wrong == {}


def _asked(cast: Cast, bearer: dict[str, str], route: str) -> int:
    method, _, path = route.partition(" ") if " " in route else ("GET", "", "/v1/no-such-route")
    path = path.replace("{invoice_id}", cast.receipt if "/retail/" in path else cast.things["<str:invoice_id>"])
    for name, thing in (("job_id", "job_id"), ("token_id", "token_id"), ("device_id", "phone_id")):
        path = path.replace(f"{{{name}}}", cast.things[f"<str:{thing}>"])
    body = BODIES.get(route, {} if method in ("POST", "PATCH") else None)
    event = request_event(method, path, body, {"content-type": "application/json", **bearer})
    return int(through_the_gateway(event)["statusCode"])


def _fits(status: int, expected: int | None, *, signs_in: bool) -> bool:
    if expected is not None:
        return status == expected
    return status < 500 and (signs_in or status not in (401, 403, 404))


def test_jobs_of_others_are_not_there(cast: Cast) -> None:
    assert jobs.jobs(cast.bob.user_id) == ()
