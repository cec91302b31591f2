"""Trying a row before it acts: on a sample, on shared originals, on one's own mailbox; and what keeps it from acting."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from invoices import store as invoices
from paypulse.core.clock import now
from paypulse.sandbox.documents.mail import Envelope, mail
from paypulse.sandbox.documents.receipts import receipt_pdf
from tests.feature.invoices.world import SHOP, World, connected, receipt_facts
from tests.feature.vendors.conftest import LIST
from vendors import readings, store
from vendors.forms import posted
from vendors.readings import Reading
from vendors.vendor import FieldHint, State
from vendors.views import trial

TRY = f"{LIST}shop-01/try/"
PAGE = """<html><body><h1>Acme</h1><table><tr><td>Lampa</td><td>199,00 kr</td></tr><tr><td>Frakt</td><td>49,00 kr</td></tr>
<tr><td>Totalt</td><td>248,00 kr</td></tr><tr><td>Poäng</td><td>999,00 kr</td></tr></table>
<p>Ordernummer: A-1234</p><p>Datum 2026-10-03</p></body></html>"""


def values(response):
    return {value.name: value for trial in response.context["trials"] for value in trial.values}


def values_of(response, name):
    return [value for trial in response.context["trials"] for value in trial.values if value.name == name]


# A sample


def test_a_pasted_sample_shows_every_field_with_its_place_and_reasons(stina, shops):
    answer = stina.post(TRY, {"try": "sample", "text": PAGE})
    found = values(answer)
    assert found["total_amount"].new.value == Decimal("248.00")
    assert found["total_amount"].old is None
    shown = answer.content.decode()
    assert re.search('<mark title="[^"]*total_amount[^"]*">248,00 kr', shown)
    assert "label “totalt” found, value right of it" in shown and "arithmetic" in shown
    assert shown.count("<mark") >= 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", PAGE.encode()),
        ("a.pdf", receipt_pdf(receipt_facts(1, total="120.50"))),
        (
            "a.eml",
            mail(
                Envelope(sender="x@shop1.se", subject="Ditt kvitto", sent=datetime(2026, 10, 3, tzinfo=UTC)), html=PAGE
            ),
        ),
    ],
)
def test_html_pdf_and_mail_are_taken_as_files(stina, shops, name, content):
    found = values(stina.post(TRY, {"try": "sample", "upload": SimpleUploadedFile(name, content)}))
    assert found["total_amount"].new.value in (Decimal("248.00"), Decimal("120.50"))


def test_a_mail_that_the_row_would_not_take_says_what_would_have_to_change(stina, shops):
    envelope = Envelope(sender="x@elsewhere.se", subject="Hej", sent=datetime(2026, 10, 3, tzinfo=UTC))
    shown = stina.post(
        TRY, {"try": "sample", "upload": SimpleUploadedFile("a.eml", mail(envelope, html=PAGE))}
    ).content.decode()
    assert "add elsewhere.se" in shown and "does not take this subject" in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "  "}, "Paste something"),
        ({"upload": SimpleUploadedFile("a.pdf", b"%PDF-1.4 broken")}, "cannot be read"),
        ({"upload": SimpleUploadedFile("a.bin", bytes(range(256)) * 40)}, "cannot be read"),
    ],
)
def test_a_bad_sample_is_explained(stina, shops, given, said):
    answer = stina.post(TRY, {"try": "sample", **given})
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_script_in_a_sample_is_shown_as_text(stina, shops):
    bad = PAGE.replace(
        "<h1>Acme</h1>",
        "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1><script>alert(2)</script><img src=x onerror=alert(3)>",
    )
    shown = stina.post(TRY, {"try": "sample", "text": bad}).content.decode()
    assert "<script>alert" not in shown and "onerror=alert" not in shown.replace("&lt;", "<").split("<textarea")[0]


def test_changes_are_tried_beside_the_saved_row_before_they_are_saved(stina, shops):
    saved = store.vendor("shop-01")
    changed = replace(saved, parser_type="hints", field_hints={"total_amount": FieldHint(label="Poäng")})
    asked = {**posted(changed), "expected_version": [str(saved.version)]}
    assert stina.post(TRY, asked).url == TRY
    shown = stina.post(TRY, {"try": "sample", "text": PAGE})
    assert "field_hints" in shown.content.decode()
    total = values(shown)["total_amount"]
    assert total.old.value == Decimal("248.00")
    assert store.vendor("shop-01") == saved
    stina.post(TRY + "keep/", {"expected_version": saved.version})
    assert store.vendor("shop-01").field_hints == changed.field_hints
    assert store.versions("shop-01")[0].note == "after trying it"


def test_faulty_changes_are_shown_again_with_what_was_typed_and_the_way_to_save_them(stina, shops):
    asked = {**posted(store.vendor("shop-01")), "expected_version": ["1"]}
    answer = stina.post(TRY, {**asked, "email_patterns": ["gmail.com"], "notes": ["typed with care"]})
    shown = answer.content.decode()
    assert "would match everyone" in shown and "typed with care" in shown
    assert f'action="{LIST}shop-01/change/"' in shown
    assert store.vendor("shop-01") == shops[1]


def test_changes_that_were_tried_are_not_saved_over_what_somebody_else_saved(stina, enter, shops):
    saved = store.vendor("shop-01")
    stina.post(TRY, {**posted(saved), "expected_version": ["1"], "notes": ["mine"]})
    enter("editor").post(f"{LIST}shop-01/change/", {**posted(saved), "expected_version": ["1"], "notes": ["theirs"]})
    stina.post(TRY + "keep/", {"expected_version": ["1"]})
    assert store.vendor("shop-01").notes == "theirs"


def test_changes_that_were_tried_are_saved_only_while_they_clash_with_no_other_row(stina, shops):
    saved = store.save(replace(store.vendor("shop-01"), state=State.ACTIVE), by="u", expected_version=1)
    stina.post(TRY, {**posted(saved), "expected_version": ["2"], "email_patterns": ["new.se"]})
    other = replace(store.vendor("shop-03"), email_patterns=("new.se",))
    store.save(other, by="u", expected_version=1)
    said = stina.post(TRY + "keep/", {"expected_version": ["2"]}, follow=True).content.decode()
    assert "claims the same mails" in said
    assert store.vendor("shop-01") == saved


def test_changes_can_be_forgotten(stina, shops):
    saved = store.vendor("shop-01")
    stina.post(TRY, {**posted(saved), "expected_version": ["1"], "notes": ["x"]})
    assert "not saved" in stina.get(TRY).content.decode()
    stina.post(TRY, {"try": "discard"})
    assert "not saved" not in stina.get(TRY).content.decode()
    assert "nothing to save" in stina.post(TRY + "keep/", follow=True).content.decode()


def test_only_who_may_change_rows_may_try_them(enter, client, shops):
    assert enter("viewer").get(TRY).status_code == 403
    assert enter("viewer").post(TRY, {"try": "sample", "text": PAGE}).status_code == 403
    assert client.get(TRY).status_code == 302
    assert enter("stina", csrf=True).post(TRY, {"try": "sample", "text": PAGE}).status_code == 403
    assert enter("stina").get(f"{LIST}gone/try/").status_code == 404


# Shared originals


@pytest.fixture
def world(aws, google):
    """Alice with three read receipts of the shop, whose totals she corrected."""
    world = World.made(google)
    for number in (1, 2, 3):
        world.receipt(number, total=f"{100 + number}.50")
    world.sync()
    if not readings.latest(SHOP.vendor_id):
        for each in world.invoices():
            readings.record(
                Reading(
                    vendor_id=SHOP.vendor_id,
                    user_id=world.user_id,
                    s3_path=each.s3_path,
                    invoice_id=each.invoice_id,
                    statuses={},
                )
            )
    return world


def share(world):
    user = User.objects.get(pk=world.user_id)
    user.shares_samples = True
    user.save()


def confirm(world):
    """Alice says of every total that it is right."""
    for each in world.invoices():
        given = {"total_amount": f"{each.total_amount:.2f}"}
        invoices.correct(world.user_id, each.invoice_id, expected_version=each.version, changes=given)


# Reads the crowns without the öre.
BAD = {"total_amount": FieldHint(expression=r"\b(10\d),50")}


def test_originals_are_replayed_only_of_people_who_share_them(stina, world):
    address = f"{LIST}{SHOP.vendor_id}/try/"
    assert "Nobody shares" in stina.post(address, {"try": "originals"}).content.decode()
    share(world)
    answer = stina.post(address, {"try": "originals"})
    assert len(answer.context["trials"]) == 3
    assert "alice@example.com" not in answer.content.decode() and world.user_id not in answer.content.decode()


def test_activation_is_refused_with_the_list_when_a_confirmed_value_would_change(stina, world):
    share(world)
    confirm(world)
    watched = store.save(replace(store.vendor(SHOP.vendor_id), state=State.SHADOW), by="u", expected_version=1)
    bad = store.save(replace(watched, field_hints=BAD), by="u", expected_version=2)
    asked = {"to": "active", "expected_version": bad.version}
    said = stina.post(f"{LIST}{SHOP.vendor_id}/state/", asked, follow=True).content.decode()
    assert "Nordkorg stays shadow" in said
    assert said.count("confirmed as") == 3 and "confirmed as 101.50" in said
    assert store.vendor(SHOP.vendor_id) == bad
    said = stina.post(LIST, {"action": "activate", "_selected_action": [SHOP.vendor_id]}, follow=True).content.decode()
    assert said.count("confirmed as") == 3


def test_a_row_that_reads_what_was_confirmed_is_activated(stina, world):
    share(world)
    confirm(world)
    watched = store.save(replace(store.vendor(SHOP.vendor_id), state=State.SHADOW), by="u", expected_version=1)
    stina.post(f"{LIST}{SHOP.vendor_id}/state/", {"to": "active", "expected_version": watched.version})
    assert store.vendor(SHOP.vendor_id).state is State.ACTIVE


def test_a_change_of_a_live_row_that_loses_a_confirmed_value_is_refused(stina, world):
    share(world)
    confirm(world)
    live = store.vendor(SHOP.vendor_id)
    page = f"{LIST}{SHOP.vendor_id}/"
    bad = {**posted(replace(live, field_hints=BAD)), "expected_version": [str(live.version)]}
    assert "confirmed as 101.50" in stina.post(page + "change/", bad).content.decode()
    assert store.vendor(SHOP.vendor_id) == live

    stina.post(page + "try/", bad)
    tried = stina.post(page + "try/", {"try": "originals"})
    assert [value.loses for value in values_of(tried, "total_amount")] == [True] * 3
    kept = stina.post(page + "try/keep/", {"expected_version": live.version}, follow=True)
    assert "confirmed as 101.50" in kept.content.decode()
    assert store.vendor(SHOP.vendor_id) == live


def test_an_earlier_version_that_loses_a_confirmed_value_is_not_put_back(stina, world):
    share(world)
    bad = store.save(replace(store.vendor(SHOP.vendor_id), field_hints=BAD), by="u", expected_version=1)
    good = store.save(replace(bad, field_hints={}), by="u", expected_version=2)
    confirm(world)
    asked = {"expected_version": good.version}
    said = stina.post(f"{LIST}{SHOP.vendor_id}/versions/2/restore/", asked, follow=True).content.decode()
    assert "confirmed as 101.50" in said
    assert store.vendor(SHOP.vendor_id) == good


def test_what_people_confirmed_is_never_crowded_out_by_newer_documents(stina, world):
    share(world)
    confirm(world)
    old = readings.latest(SHOP.vendor_id)
    for at in range(60):
        readings.record(replace(old[0], s3_path=f"{old[0].s3_path}-{at}", invoice_id=f"inv_{at}", at=now()))
    bad = replace(store.vendor(SHOP.vendor_id), field_hints=BAD)
    assert len(trial.objections(bad, old=None)) == 3


def test_what_people_corrected_alike_is_proposed_as_a_hint(stina, world):
    share(world)
    live = store.save(replace(store.vendor(SHOP.vendor_id), field_hints=BAD), by="u", expected_version=1)
    confirm(world)
    address = f"{LIST}{SHOP.vendor_id}/try/"
    answer = stina.post(address, {"try": "originals"})
    (proposal,) = answer.context["proposals"]
    assert (proposal.field, proposal.documents, proposal.right_before, proposal.right_after) == (
        "total_amount",
        3,
        0,
        3,
    )
    stina.post(address + "propose/", {"field": "total_amount"})
    replayed = values(stina.post(address, {"try": "originals"}))["total_amount"]
    assert replayed.new.value != replayed.old.value
    stina.post(address + "keep/", {"expected_version": live.version})
    assert store.vendor(SHOP.vendor_id).field_hints == {"total_amount": proposal.hint} != live.field_hints
    assert "no such proposal" in stina.post(address + "propose/", {"field": "tax"}, follow=True).content.decode()


# One's own mailbox


def test_the_query_and_its_price_are_shown_before_anything_is_asked(stina, shops, google):
    google.add_account("stina@example.com")
    mine = User.objects.get(email="stina@example.com")
    connected(google, mine.pk, "stina@example.com")
    shown = stina.get(TRY).content.decode()
    assert "from:shop1.se subject:kvitto after:" in shown
    assert "at most 415 of the 6000 quota units" in shown
    assert "Run on stina@example.com" in shown


def test_ones_own_mailbox_shows_matches_near_misses_and_what_would_have_to_change(stina, shops, google):
    google.add_account("stina@example.com")
    mine = User.objects.get(email="stina@example.com")
    box = connected(google, mine.pk, "stina@example.com")
    sent = now() - timedelta(days=3)
    for sender, subject in [
        ("a@shop1.se", "Ditt kvitto"),
        ("a@mail.shop1.se", "Kvitto 2"),
        ("a@shop1.se", "Orderbekräftelse"),
        ("a@other.se", "Kvitto"),
        ("a@other.se", "Hej"),
    ]:
        google.deliver(
            "stina@example.com", mail(Envelope(sender=sender, subject=subject, sent=sent), html=PAGE), sent=sent
        )
    answer = stina.post(TRY, {"try": "mailbox", "mailbox": box.mailbox_id})
    found = answer.context["found"]
    assert found.matches == 2 and len(found.trials) == 2
    assert {(miss.subject, miss.advice) for miss in found.near} == {
        ("Orderbekräftelse", ("The row does not take this subject: add a word of it as a keyword.",)),
        ("Kvitto", ("The row does not take mails from this sender: add other.se or the whole address.",)),
    }


def test_another_persons_mailbox_is_not_there(enter, shops, google):
    google.add_account("alice@example.com")
    enter("alice")
    alice = User.objects.get(email="alice@example.com")
    box = connected(google, alice.pk, "alice@example.com")
    answer = enter("stina").post(TRY, {"try": "mailbox", "mailbox": box.mailbox_id})
    assert "found" not in answer.context or answer.context["found"] is None
    assert answer.status_code == 200


def test_a_revoked_mailbox_says_so(stina, shops, google):
    google.add_account("stina@example.com")
    mine = User.objects.get(email="stina@example.com")
    box = connected(google, mine.pk, "stina@example.com")
    google.revoke("stina@example.com")
    answer = stina.post(TRY, {"try": "mailbox", "mailbox": box.mailbox_id})
    assert answer.status_code == 200
    assert not answer.context.get("found")
