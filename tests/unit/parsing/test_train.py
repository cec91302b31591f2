"""Fitting the ranking weights, on invented documents."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from invoices.parsing.__main__ import main
from invoices.parsing.train import Trainer, examples, neutral, written
from invoices.parsing.weights import SHIPPED, shipped
from tests.unit.parsing.papers import PAPERS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = []
    for number, paper in enumerate([each for each in PAPERS if each.truth][:6]):
        (tmp_path / paper.name).write_bytes(paper.content)
        truth = {name: paper.truth[name] for name in ("total_amount", "invoice_date") if name in paper.truth}
        rows.append({"file": paper.name, "group": f"g{number // 2}", "truth": truth})
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def test_a_fit_is_the_same_each_time_and_reads_no_worse_than_its_start(folder: Path) -> None:
    known = tuple(examples(folder))
    trainer = Trainer(known, "total_amount")
    weights = trainer.fit()
    assert weights == Trainer(known, "total_amount").fit()
    start = trainer.figures(dict.fromkeys(trainer.groups(), neutral()))
    after = trainer.figures(dict.fromkeys(trainer.groups(), weights))
    assert after.right >= start.right and after.wrong_but_sure <= start.wrong_but_sure


def test_the_file_keeps_its_comments_and_takes_the_numbers() -> None:
    text = SHIPPED.read_text()
    assert written(shipped(), text) == text
    assert tomllib.loads(written(neutral(), text)) == neutral()


def test_cross_validation_is_shown_beside_the_shipped_weights(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = SHIPPED.read_bytes()
    assert main(["train", str(folder), "--cross-validate"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("cross-validated") == 2 and shown.count("shipped") == 2
    assert main(["train", str(folder)]) == 0
    assert tomllib.loads(capsys.readouterr().out).keys() == shipped().keys()
    assert SHIPPED.read_bytes() == before
