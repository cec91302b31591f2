"""The measure itself: what counts as right, missed, wrong and wrong but sure, and the command line around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from invoices.parsing.__main__ import main
from invoices.parsing.evaluate import Outcome, evaluate, same_name, speed, table
from tests.unit.parsing.papers import PAPERS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = []
    for paper in [each for each in PAPERS if each.truth][:4]:
        (tmp_path / paper.name).write_bytes(paper.content)
        truth = {name: value for name, value in paper.truth.items() if name not in ("items", "vendor_alt")}
        rows.append({"file": paper.name, "kind": "pdf", "origin": "real", "group": "g", "truth": truth})
    rows[0]["truth"]["total_amount"] = "1.00"
    other = next(each for each in PAPERS if not each.truth)
    (tmp_path / other.name).write_bytes(other.content)
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "negatives.jsonl").write_text(json.dumps({"file": other.name, "truth": None}))
    return tmp_path


def test_it_counts_what_is_right_and_what_is_wrong_but_sure(folder: Path) -> None:
    report = evaluate(folder)
    totals = next(line for line in table(report.judged) if line.field == "total_amount")
    assert (totals.documents, totals.right, totals.wrong, totals.wrong_but_sure) == (4, 0.75, 1, 1)
    assert (report.negatives, report.false_invoices) == (1, ())
    assert speed(report.judged)[0] > 0


def test_an_unreadable_file_is_missed_and_not_fatal(folder: Path) -> None:
    (folder / PAPERS[1].name).write_bytes(b"%PDF-1.4 nothing")
    judged = {each.file: each for each in evaluate(folder).judged}[PAPERS[1].name]
    assert judged.error == "DocumentError"
    assert judged.scores["total_amount"].outcome is Outcome.MISSED


def test_predictions_have_a_line_for_every_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.jsonl"
    assert main(["evaluate", str(folder), "--json", "--predictions", str(out)]) == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == 5
    assert set(lines[0]) == {
        *("file", "kind", "vendor_name", "total_amount", "currency", "invoice_date", "due_date", "invoice_number"),
        *("line_items", "status"),
    }
    assert lines[0]["total_amount"] == float(PAPERS[0].truth["total_amount"])
    assert lines[0]["line_items"][0] == {
        "description": "Felsökning jordfelsbrytare",
        "quantity": 2,
        "total_price": 1300,
    }
    report = json.loads(capsys.readouterr().out)
    assert report["all"]["fields"]["currency"]["right"] == 1.0 and report["false_invoices"] == []


def test_a_file_that_is_not_there_is_missed_and_an_invoice_taken_for_none_is_told(folder: Path) -> None:
    (folder / PAPERS[1].name).unlink()
    (folder / PAPERS[2].name).write_bytes(b"<p>Good morning</p>")
    report = evaluate(folder)
    assert report.lost == (PAPERS[1].name, PAPERS[2].name)
    assert {each.error for each in report.judged} == {None, "FileNotFoundError"}


def test_a_group_is_read_without_the_labels_that_only_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = []
    for group, label in (("a", "Total"), ("b", "Total"), ("c", "Yhteensä")):
        (tmp_path / f"{group}.html").write_text(f"<h1>Invoice</h1><p>{label}: 12,00 EUR</p>", encoding="utf-8")
        rows.append({"file": f"{group}.html", "group": group, "truth": {"total_amount": 12}})
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)))

    def sure(command: list[str]) -> int:
        assert main([*command, "--json"]) == 0
        line = json.loads(capsys.readouterr().out)["all"]["fields"]["total_amount"]
        return round((1 - line["ask_rate"]) * line["documents"])

    assert sure(["evaluate", str(tmp_path), "--cross-validate"]) == 2
    assert sure(["evaluate", str(tmp_path)]) == 3, "what was left out is known again"


def test_the_table_is_shown_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "total_and_currency" in shown and "negatives taken for an invoice: 0 of 1" in shown
    assert "invoices taken for none: 0 of 4" in shown


def test_files_are_read_at_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(folder / PAPERS[1].name), "--explain"]) == 0
    shown = capsys.readouterr().out
    assert "total_amount" in shown and "label:total_strong" in shown


def test_reading_as_json_gives_the_place_of_each_fact(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", str(folder / PAPERS[1].name)]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert facts["total_amount"]["evidence"][0]["page"] == 0


def test_a_file_that_is_not_there_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "none.pdf")]) == 1
    assert "none.pdf" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("got", "right"),
    [("ACME, Inc.", "Acme"), ("Acme GmbH", "ACME"), ("acme.com", "Acme"), ("Blå Huset AB", "bla huset")],
)
def test_names_are_one_but_for_case_and_legal_form(got: str, right: str) -> None:
    assert same_name(got, [right])


def test_other_names_are_other_names() -> None:
    assert not same_name("Acme Tools", ["Acme"])
