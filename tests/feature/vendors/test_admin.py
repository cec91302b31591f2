"""The admin's own pages about vendors, each through its address."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from tests.feature.vendors.conftest import LIST, shop
from vendors import store
from vendors.forms import HINTABLE, posted
from vendors.vendor import FieldHint, State

FORM = {
    "vendor_name": ["Acme"],
    "vendor_id": [""],
    "invoice_category": ["retail"],
    "invoice_sub_type": ["technology"],
    "email_patterns": ["acme.se\r\nbilling@acme.example"],
    "subject_keywords": ["order +  confirmation\r\n\r\nkvitto"],
    "parser_type": ["generic"],
    "supports_pdf": ["on"],
    "supports_html": ["on"],
    "currency": ["SEK"],
}


def names(response):
    return re.findall(r'field-vendor_name[^>]*><a href="[^"]*">([^<]*)</a>', response.content.decode())


def errors(response):
    assert response.status_code == 200, response.status_code
    form = response.context["adminform"].form
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def change(vendor, **over):
    return {**posted(vendor), "expected_version": [str(vendor.version)], **over}


def page(vendor_id):
    return f"{LIST}{vendor_id}/change/"


# The list


def test_the_list_searches_filters_orders_and_pages(stina, shops):
    assert names(stina.get(LIST)) == [f"Shop {at:02}" for at in range(12)]
    assert names(stina.get(LIST + "?q=shop+07")) == ["Shop 07"]
    assert names(stina.get(LIST + "?q=SHOP3.se")) == ["Shop 03"]
    assert len(names(stina.get(LIST + "?state__exact=draft"))) == 6
    assert len(names(stina.get(LIST + "?active__exact=1"))) == 6
    assert len(names(stina.get(LIST + "?invoice_category__exact=rental"))) == 0
    assert len(names(stina.get(LIST + "?invoice_sub_type__exact=travel"))) == 4
    assert (
        len(names(stina.get(LIST + "?parser_type__exact=generic&state__exact=active&invoice_sub_type__exact=travel")))
        == 2
    )
    assert "Yes (6)" in stina.get(LIST + "?_facets=True").content.decode()


@pytest.mark.parametrize("column", range(1, 9))
def test_every_column_orders_or_stays_as_it_is(stina, shops, column):
    up, down = names(stina.get(f"{LIST}?o={column}")), names(stina.get(f"{LIST}?o=-{column}"))
    assert sorted(up) == sorted(down) == [f"Shop {at:02}" for at in range(12)]
    if column == 1:
        assert up == down[::-1]


def test_long_lists_are_paged(stina, aws):
    for at in range(53):
        store.save(shop(at), by="user_stina", expected_version=None)
    assert len(names(stina.get(LIST))) == 50
    assert names(stina.get(LIST + "?p=2")) == ["Shop 50", "Shop 51", "Shop 52"]
    assert len(names(stina.get(LIST + "?all="))) == 53


def test_rows_with_problems_are_found(stina, shops):
    store.save(shop(40, email_patterns=("gmail.com",)), by="user_stina", expected_version=None)
    store.save(shop(41, email_patterns=("mail.shop3.se",)), by="user_stina", expected_version=None)
    assert names(stina.get(LIST + "?problems=yes")) == ["Shop 03", "Shop 40", "Shop 41"]
    assert len(names(stina.get(LIST + "?problems=no"))) == 11
    assert "would match everyone" in stina.get(LIST + "?q=shop+40").content.decode()


def test_a_made_up_filter_is_refused(stina, shops):
    assert stina.get(LIST + "?vendor_name__regex=(a+)%2B$").status_code == 400
    assert stina.get(LIST + "?state__bogus=1").status_code == 400


def test_bulk_actions_move_copy_and_export(stina, shops):
    chosen = {"_selected_action": ["shop-01", "shop-03"]}
    said = stina.post(LIST, {"action": "activate", **chosen}, follow=True).content.decode()
    assert "2 vendors are now active" in said
    assert store.vendor("shop-01").state is store.vendor("shop-03").state is State.ACTIVE
    stina.post(LIST, {"action": "retire", **chosen})
    assert store.vendor("shop-01").state is State.RETIRED
    assert (
        "cannot go from retired to active"
        in stina.post(LIST, {"action": "activate", **chosen}, follow=True).content.decode()
    )
    stina.post(LIST, {"action": "duplicate", "_selected_action": ["shop-02"]})
    assert store.vendor("shop-02-2").state is State.DRAFT
    exported = stina.post(LIST, {"action": "export", **chosen})
    assert [row["vendor_id"] for row in json.loads(exported.content)] == ["shop-01", "shop-03"]


def test_a_faulty_row_is_not_activated_in_bulk(stina, aws):
    store.save(shop(1, email_patterns=("gmail.com",)), by="user_stina", expected_version=None)
    said = stina.post(LIST, {"action": "activate", "_selected_action": ["shop-01"]}, follow=True).content.decode()
    assert "would match everyone" in said
    assert store.vendor("shop-01").state is State.DRAFT


def test_many_rows_are_activated_without_reading_all_rows_for_each(stina, shops, calls):
    drafts = [each.vendor_id for each in shops if each.state is State.DRAFT]
    calls.clear()
    stina.post(LIST, {"action": "activate", "_selected_action": drafts})
    assert {store.vendor(each).state for each in drafts} == {State.ACTIVE}
    assert calls["Scan"] <= 3


def test_what_is_done_to_many_is_in_the_log(stina, shops):
    stina.post(LIST, {"action": "activate", "_selected_action": ["shop-01"]})
    stina.post(LIST, {"action": "duplicate", "_selected_action": ["shop-01"]})
    assert "draft → active" in stina.get(f"{LIST}shop-01/history/").content.decode()
    assert "Shop 01 2" in stina.get(f"{LIST}shop-01-2/history/").content.decode()


def test_pages_in_any_order_hold_every_row_once(stina, aws):
    for at in range(53):
        store.save(shop(at), by="u", expected_version=None)
    for order in ("4", "-2.3"):
        both = [name for number in (1, 2) for name in names(stina.get(f"{LIST}?o={order}&p={number}"))]
        assert sorted(both) == [f"Shop {at:02}" for at in range(53)]


def test_deleting_asks_first_one_or_many(stina, shops):
    assert "Are you sure" in stina.get(f"{LIST}shop-05/delete/").content.decode()
    assert "was deleted" in stina.post(f"{LIST}shop-05/delete/", {"post": "yes"}, follow=True).content.decode()
    assert store.vendor("shop-05") is None
    assert store.versions("shop-05")[0].vendor is None
    chosen = {"action": "delete_selected", "_selected_action": ["shop-01", "shop-02"]}
    assert "Are you sure" in stina.post(LIST, chosen).content.decode()
    assert "Successfully deleted 2" in stina.post(LIST, {**chosen, "post": "yes"}, follow=True).content.decode()
    assert len(store.rows()) == 9


# The form


def test_a_new_row_is_a_draft_with_lists_as_lists_and_a_slug_of_its_name(stina):
    assert stina.get(LIST + "add/").status_code == 200
    said = stina.post(LIST + "add/", {**FORM, "vendor_name": ["Åkes & Söner"]}, follow=True)
    assert "was added successfully" in said.content.decode()
    made = store.vendor("akes-soner")
    assert made.email_patterns == ("acme.se", "billing@acme.example")
    assert made.subject_keywords == (("order", "confirmation"), ("kvitto",))
    assert (made.state, made.version, made.currency, made.logo_url) == (State.DRAFT, 1, "SEK", None)


def test_the_form_shows_the_row_and_the_query_it_makes(stina, aws):
    vendor = shop(field_hints={"total_amount": FieldHint(label="Summa")})
    store.save(vendor, by="user_stina", expected_version=None)
    shown = stina.get(page("shop-00")).content.decode()
    assert "from:shop0.se subject:kvitto" in shown
    assert '<option value="total_amount" selected>' in shown
    assert 'value="Summa"' in shown


def test_a_row_shows_its_own_logo_or_initials_and_nothing_from_elsewhere(stina, shops, settings, tmp_path):
    assert '<span class="logo">S0</span>' in stina.get(page("shop-03")).content.decode()
    (tmp_path / "vendors/logos").mkdir(parents=True)
    (tmp_path / "vendors/logos/three.svg").write_text("<svg/>")
    settings.STATICFILES_DIRS = [tmp_path]
    asked = change(shops[3], logo_url=["vendors/logos/three.svg"])
    assert stina.post(page("shop-03"), asked).status_code == 302
    shown = stina.get(page("shop-03")).content.decode()
    assert '<img class="logo" src="/static/vendors/logos/three.svg" alt="">' in shown


def test_a_saved_form_without_changes_changes_nothing_but_the_version(stina, aws):
    vendor = store.save(
        shop(field_hints={"tax": FieldHint(expression=r"Moms:\s*([\d,]+)")}, notes="x", locale="sv-SE"),
        by="u",
        expected_version=None,
    )
    assert stina.post(page("shop-00"), change(vendor)).status_code == 302
    assert store.vendor("shop-00") == replace(vendor, version=2)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email_patterns", "not an address", "neither an address"),
        ("email_patterns", "gmail.com", "everyone"),
        ("email_patterns", "mail.shop3.se", "claims the same mails"),
        ("vendor_id", "Jack & Jones", "file name"),
        ("vendor_id", "shop-03", "already"),
        ("vendor_name", "", "required"),
        ("invoice_sub_type", "shoes", "not one of the available choices"),
        ("invoice_sub_type", "", "Choose the kind"),
        ("currency", "kr", "ISO 4217"),
        ("logo_url", "https://evil.example/x.png", "our own files"),
        ("logo_url", "vendors/logos/none.svg", "no such file"),
        ("subject_keywords", "!!", "letter"),
        ("parser_type", "hints", "at least one"),
    ],
)
def test_a_fault_is_shown_at_its_field_and_nothing_is_saved(stina, shops, field, typed, said):
    found = errors(stina.post(LIST + "add/", {**FORM, field: [typed]}))
    at = "field_hints" if field == "parser_type" else field
    assert said in " ".join(found[at]), found
    assert len(store.rows()) == len(shops)


@pytest.mark.parametrize(
    ("field", "way", "text", "said"),
    [
        ("total_amount", "expression", "(a+)+\\1", "bounded time"),
        ("total_amount", "expression", "((a{1000}){1000}){1000}", "bounded time"),
        ("total_amount", "expression", "(", "total_amount"),
        ("total_amount", "selector", "td[", "CSS selector"),
        ("shoe_size", "label", "Size", "not a field"),
        ("total_amount", "guess", "x", "choose what"),
        ("total_amount", "label", " ", "needs a field and a text"),
    ],
)
def test_a_faulty_hint_is_named_with_its_field(stina, field, way, text, said):
    typed = {"field_hints-field": [field], "field_hints-way": [way], "field_hints-text": [text]}
    assert said in " ".join(errors(stina.post(LIST + "add/", {**FORM, **typed}))["field_hints"])


def test_hints_are_kept_and_empty_lines_ignored(stina):
    typed = {
        "field_hints-field": ["total_amount", "", "tax"],
        "field_hints-way": ["selector", "label", "label"],
        "field_hints-text": ["td.total", "", "varav moms"],
    }
    assert stina.post(LIST + "add/", {**FORM, **typed, "parser_type": ["hints"]}).status_code == 302
    assert store.vendor("acme").field_hints == {
        "total_amount": FieldHint(selector="td.total"),
        "tax": FieldHint(label="varav moms"),
    }


def test_every_field_that_can_be_read_can_be_hinted_at_once(stina, aws):
    vendor = store.save(
        shop(field_hints={field: FieldHint(label=f"Label {field}") for field in HINTABLE}),
        by="u",
        expected_version=None,
    )
    assert stina.post(page("shop-00"), change(vendor, notes=["x"])).status_code == 302
    assert store.vendor("shop-00").field_hints == vendor.field_hints


def test_a_rental_row_loses_its_kind_of_purchase(stina):
    stina.post(LIST + "add/", {**FORM, "invoice_category": ["rental"]})
    assert store.vendor("acme").invoice_sub_type is None


def test_a_row_that_is_not_there_sends_back_to_the_index(stina, shops):
    assert stina.get(page("gone")).status_code == 302
    assert stina.post(page("gone"), FORM).status_code == 302


# Two at once


def test_the_second_of_two_editors_is_told_what_changed_and_nothing_is_overwritten(enter, shops):
    opened = store.vendor("shop-03")
    enter("editor").post(page("shop-03"), change(opened, notes=["from the first"], currency=["NOK"]))
    second = enter("stina")
    late = change(opened, currency=["DKK"], locale=["da-DK"])
    answer = second.post(page("shop-03"), late)
    said = " ".join(errors(answer)["__all__"])
    assert "notes: '' → 'from the first'" in said and "currency: None → 'NOK'" in said
    assert store.vendor("shop-03").currency == "NOK"
    shown = answer.context["adminform"].form
    again = {**late, "notes": [shown["notes"].value()], "expected_version": [shown["expected_version"].value()]}
    assert second.post(page("shop-03"), again).status_code == 302
    after = store.vendor("shop-03")
    assert (after.notes, after.currency, after.locale, after.version) == ("from the first", "DKK", "da-DK", 3)


# Versions


def test_history_shows_who_and_the_old_and_new_values(stina, shops):
    stina.post(page("shop-03"), change(store.vendor("shop-03"), notes=["mind the fee"], note=["a tip"]))
    shown = stina.get(f"{LIST}shop-03/history/").content.decode()
    assert "<del></del> → <ins>mind the fee</ins>" in shown
    assert "a tip" in shown and "Changed notes" in shown


def test_two_versions_are_compared_and_the_older_put_back(stina, shops):
    stina.post(page("shop-03"), change(store.vendor("shop-03"), notes=["mind the fee"]))
    assert "<ins>mind the fee</ins>" in stina.get(f"{LIST}shop-03/versions/1/2/").content.decode()
    assert stina.get(f"{LIST}shop-03/versions/1/9/").status_code == 404
    assert stina.get(f"{LIST}shop-03/versions/1/restore/").status_code == 405
    stina.post(f"{LIST}shop-03/versions/1/restore/", {"expected_version": 1})
    assert store.vendor("shop-03").version == 2, "it was changed since that page was shown"
    stina.post(f"{LIST}shop-03/versions/1/restore/", {"expected_version": 2})
    assert (store.vendor("shop-03").notes, store.vendor("shop-03").version) == ("", 3)
    assert store.versions("shop-03")[0].note == "back to version 1"


def test_any_two_versions_can_be_chosen_for_a_comparison(stina, shops):
    for number, note in enumerate(("first", "second"), start=1):
        stina.post(page("shop-03"), change(store.vendor("shop-03"), notes=[note], expected_version=[str(number)]))
    assert f'action="{LIST}shop-03/versions/"' in stina.get(f"{LIST}shop-03/history/").content.decode()
    shown = stina.get(f"{LIST}shop-03/versions/?old=3&new=1", follow=True)
    assert shown.redirect_chain[-1][0] == f"{LIST}shop-03/versions/1/3/"
    assert "<ins>second</ins>" in shown.content.decode()
    assert stina.get(f"{LIST}shop-03/versions/?old=x").url == f"{LIST}shop-03/history/"


def test_history_calls_people_by_their_names(stina, shops):
    stina.post(page("shop-03"), change(shops[3], notes=["x"]))
    shown = stina.get(f"{LIST}shop-03/history/").content.decode()
    assert "<td>Stina</td>" in shown and "<td>user_stina</td>" in shown
    assert "Stina" in stina.get(page("shop-03")).content.decode().split("field-changed_by")[1]


# Its state


def test_a_faulty_row_is_not_even_watched_in_shadow(stina, aws):
    store.save(shop(1, email_patterns=("gmail.com",)), by="u", expected_version=None)
    asked = {"to": "shadow", "expected_version": 1}
    assert "would match everyone" in stina.post(f"{LIST}shop-01/state/", asked, follow=True).content.decode()
    assert store.vendor("shop-01").state is State.DRAFT


def test_a_row_goes_its_way_and_no_other(stina, shops):
    def to(state, version):
        stina.post(f"{LIST}shop-01/state/", {"to": state, "expected_version": version})
        return store.vendor("shop-01").state

    assert to("shadow", 1) is State.SHADOW
    assert to("active", 2) is State.ACTIVE
    assert to("draft", 3) is State.ACTIVE
    assert to("retired", 2) is State.ACTIVE
    assert to("nonsense", 3) is State.ACTIVE
    assert to("retired", "x") is State.ACTIVE
    assert to("retired", 3) is State.RETIRED
    assert to("draft", 4) is State.DRAFT
    assert stina.get(f"{LIST}shop-01/state/").status_code == 405
    assert stina.post(f"{LIST}gone/state/", {"to": "active", "expected_version": 1}).status_code == 404


# Who may


REFUSED = [
    "add/",
    "shop-03/delete/",
    "shop-03/state/",
    "shop-03/versions/1/restore/",
    "shop-03/try/",
    "shop-03/try/keep/",
    "shop-03/try/propose/",
    "shop-03/looked/",
]


def test_a_viewer_sees_and_changes_nothing(enter, shops):
    viewer = enter("viewer")
    assert viewer.get(LIST).status_code == viewer.get(page("shop-03")).status_code == 200
    assert viewer.get(f"{LIST}shop-03/history/").status_code == 200
    assert "_save" not in viewer.get(page("shop-03")).content.decode()
    for each in REFUSED:
        assert (
            viewer.post(LIST + each, {**FORM, "post": ["yes"], "to": ["active"], "expected_version": ["1"]}).status_code
            == 403
        )
    assert viewer.post(page("shop-03"), change(store.vendor("shop-03"), notes=["over-posted"])).status_code == 403
    viewer.post(LIST, {"action": "retire", "_selected_action": ["shop-00"]})
    assert store.vendor("shop-03") == shops[3] and store.vendor("shop-00") == shops[0]


def test_an_editor_changes_but_does_not_delete(enter, shops):
    editor = enter("editor")
    assert editor.post(page("shop-03"), change(shops[3], notes=["mine"])).status_code == 302
    assert editor.post(f"{LIST}shop-03/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in editor.get(LIST).content.decode()
    assert store.vendor("shop-03").notes == "mine"


@pytest.mark.parametrize(
    "address", ["", "add/", "shop-03/change/", "shop-03/history/", "shop-03/delete/", "shop-03/versions/1/1/"]
)
def test_staff_without_rights_are_refused_and_others_sent_to_sign_in(enter, client, shops, address):
    assert enter("nobody").get(LIST + address).status_code == 403
    assert enter("alice").get(LIST + address).status_code in (302, 403)
    assert client.get(LIST + address).status_code == 302


def test_what_the_form_does_not_offer_cannot_be_posted(enter, shops):
    over = {
        "state": ["active"],
        "version": ["99"],
        "updated_by": ["somebody"],
        "active": ["on"],
        "catalogue_hash": ["x"],
    }
    enter("editor").post(page("shop-03"), change(shops[3], notes=["x"], **over))
    row = store.row("shop-03")
    assert (row.vendor.state, row.vendor.version, row.catalogue_hash) == (State.DRAFT, 2, None)
    assert row.updated_by.startswith("user_") and row.updated_by != "user_stina"


# What must not happen


def test_a_form_without_its_token_is_refused(enter, shops):
    browser = enter("stina", csrf=True)
    for each in [*REFUSED, "shop-03/change/", ""]:
        assert browser.post(LIST + each, FORM).status_code == 403
    assert store.vendor("shop-03") == shops[3]


def test_a_script_in_a_row_is_shown_as_text_everywhere(stina, aws):
    script = "<script>alert(1)</script>"
    store.save(
        shop(
            vendor_name=script,
            notes=script,
            subject_keywords=((script,),),
            field_hints={"tax": FieldHint(label=f'"{script}')},
        ),
        by=script,
        expected_version=None,
    )
    store.save(shop(vendor_name=script, notes=script + "2"), by=script, expected_version=1, note=script)
    store.note_drift("shop-00", [{"kind": script, "before": script, "after": script}], digest="x")
    places = (
        "",
        "?problems=yes",
        *(f"shop-00/{each}/" for each in ("change", "history", "delete", "versions/1/2", "try")),
    )
    for each in ["/admin/", *(LIST + place for place in places)]:
        shown = stina.get(each)
        assert shown.status_code == 200
        assert script not in shown.content.decode(), each
        assert (
            "script-src" in shown["Content-Security-Policy"] or "default-src 'self'" in shown["Content-Security-Policy"]
        )


# The rest of the admin


def test_the_index_the_password_page_and_an_unknown_page_answer(stina, shops):
    assert "Vendors" in stina.get("/admin/").content.decode()
    assert stina.get("/admin/password_change/").status_code in (200, 302)
    assert stina.get("/admin/nothing/here/").status_code == 404


BOUNDS = {
    "/admin/": 6,
    LIST: 4,
    LIST + "?q=shop+07": 4,
    LIST + "?problems=yes&o=-1&_facets=True": 4,
    LIST + "add/": 4,
    LIST + "?problems=yes": 4,
    LIST + "?drift=any&_facets=True": 4,
    LIST + "shop-03/change/": 5,
    LIST + "shop-03/history/": 6,
    LIST + "shop-03/delete/": 4,
    LIST + "shop-03/versions/1/1/": 5,
    LIST + "shop-03/try/": 5,
}


def test_every_page_makes_a_bounded_number_of_calls(stina, shops, calls, capsys):
    for at in (40, 41):
        store.save(shop(at, email_patterns=("gmail.com",)), by="u", expected_version=None)
    made = {}
    for address in BOUNDS:
        calls.clear()
        assert stina.get(address).status_code == 200
        made[address] = dict(calls)
    calls.clear()
    assert stina.post(page("shop-03"), change(shops[3], notes=["counted"])).status_code == 302
    saved = dict(calls)
    with capsys.disabled():
        print("\nDynamoDB calls per admin page:")
        for address, counted in made.items():
            print(f"  {sum(counted.values()):2} of {BOUNDS[address]:2}  {address}  {counted}")
        print(f"  {sum(saved.values()):2} of 14  saving a row  {saved}")
    assert all(sum(counted.values()) <= BOUNDS[address] for address, counted in made.items())
    assert sum(saved.values()) <= 14
