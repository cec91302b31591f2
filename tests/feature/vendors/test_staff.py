"""Who may enter the admin, and who says what they may do there."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.utils import quote
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.feature.vendors.conftest import LIST, PASSWORD

PEOPLE = "/admin/accounts/user/"


def person(who):
    return User.objects.get(email=f"{who}@example.com")


def page(who):
    return f"{PEOPLE}{quote(person(who).pk)}/change/"  # as the admin's own links have it


def test_staff_sign_in_through_the_one_page_and_come_back(enter, aws):
    enter("stina")
    browser = Client(enforce_csrf_checks=True)
    refused = browser.get(LIST, follow=True)
    assert refused.redirect_chain[-1][0] == "/accounts/sign-in/?next=%2Fadmin%2Fvendors%2Fvendorconfig%2F"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', refused.content.decode())[1]
    typed = {"email": "stina@example.com", "password": PASSWORD, "next": LIST}
    assert browser.post("/accounts/sign-in/", typed).status_code == 403
    entered = browser.post("/accounts/sign-in/?next=" + LIST, {**typed, "csrfmiddlewaretoken": token})
    assert (entered.status_code, entered.url) == (302, LIST)
    home = browser.get("/admin/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', home.content.decode())[1]
    assert browser.post("/admin/logout/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert browser.get("/admin/").status_code == 302


def test_who_is_no_staff_is_refused_not_sent_in_circles(enter):
    alice = enter("alice")
    assert alice.get("/admin/", follow=True).status_code == 403
    assert alice.get("/admin/login/").status_code == 403
    assert enter("stina").get("/admin/login/").url == "/admin/"


def test_the_password_is_changed_where_everybody_changes_it(stina):
    assert stina.get("/admin/password_change/").url == "/accounts/settings/password/"


def test_a_superuser_finds_a_person_by_the_whole_address_and_lists_nobody(stina, enter, calls):
    enter("alice")
    calls.clear()
    assert "alice@example.com" not in stina.get(PEOPLE).content.decode()
    assert "alice@example.com" not in stina.get(PEOPLE + "?q=alice").content.decode().replace('value="alice"', "")
    assert "Alice" in stina.get(PEOPLE + "?q=Alice@Example.com").content.decode()
    assert calls["Scan"] == 0
    assert stina.get(PEOPLE + "?is_staff__exact=1").status_code == 400


def test_a_role_is_given_after_the_password_was_given_again(stina, enter):
    enter("alice")
    session = stina.session
    session["confirmed_at"] = 0
    session.save()
    asked = stina.post(page("alice"), {"role": "superuser", "is_active": "on"}, headers={"referer": page("alice")})
    assert asked.url.startswith("/accounts/confirm/") and not person("alice").is_staff
    given = stina.post("/accounts/confirm/", {"password": PASSWORD, "next": page("alice")})
    assert given.url == page("alice")
    stina.post(page("alice"), {"role": "superuser", "is_active": "on"})
    assert person("alice").is_superuser


@pytest.mark.parametrize(
    ("role", "flags", "may_change", "may_see"),
    [
        ("viewer", (True, False), False, True),
        ("editor", (True, False), True, True),
        ("superuser", (True, True), True, True),
        ("none", (False, False), False, False),
    ],
)
def test_a_role_is_given_and_holds_at_once(stina, enter, role, flags, may_change, may_see):
    alice = enter("alice")
    stina.post(page("alice"), {"role": role, "is_active": "on"})
    now = person("alice")
    assert (now.is_staff, now.is_superuser) == flags
    assert (alice.get(LIST).status_code == 200) is may_see
    assert (alice.get(LIST + "add/").status_code == 200) is may_change
    history = stina.get(f"{PEOPLE}{quote(now.pk)}/history/").content.decode()
    assert (f"role: {role}" in history) is (role != "none")


def test_a_closed_account_is_out_at_once(stina, enter):
    viewer = enter("viewer")
    assert viewer.get(LIST).status_code == 200
    stina.post(page("viewer"), {"role": "viewer"})
    assert viewer.get(LIST).status_code == 302


def test_an_editor_cannot_make_themself_superuser_nor_see_people(enter):
    editor = enter("editor")
    assert editor.get(PEOPLE).status_code == editor.get(page("editor")).status_code == 403
    assert editor.post(page("editor"), {"role": "superuser", "is_active": "on"}).status_code == 403
    assert not person("editor").is_superuser


def test_nobody_changes_their_own_role_and_nobody_is_made_or_deleted_here(stina):
    stina.post(page("stina"), {"role": "none"})
    assert person("stina").is_superuser and person("stina").is_active
    assert stina.get(PEOPLE + "add/").status_code == 403
    assert stina.post(page("stina").replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_what_the_form_does_not_offer_cannot_be_posted(stina, enter):
    enter("alice")
    over = {
        "email": "x@example.com",
        "password": "x",
        "permissions": "vendors.delete_vendorconfig",
        "is_superuser": "on",
        "session_version": "9",
    }
    stina.post(page("alice"), {"role": "viewer", "is_active": "on", **over})
    alice = person("alice")
    assert (alice.permissions, alice.is_superuser, alice.session_version) == (["vendors.view_vendorconfig"], False, 1)
    assert alice.check_password(PASSWORD)


def test_the_admin_is_english_throughout_for_whoever_reads_swedish(enter):
    stina = enter("stina")
    me = person("stina")
    me.language = "sv"
    me.save()
    shown = stina.get(LIST).content.decode()
    assert '<html lang="en"' in shown and "Select vendor to change" in shown


def test_groups_are_not_shown(stina):
    assert "group" not in stina.get("/admin/").content.decode().lower().split("<main")[-1]
    assert stina.get("/admin/auth/group/").status_code == 404


def test_the_first_superuser_comes_from_the_command_line(aws, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", email="boss@example.com", name="Boss")
    assert person("boss").is_superuser
