"""What ARCHITECTURE.md says of the tables is all there is."""

from __future__ import annotations

import re

from lambdas.bundle.imports import ROOT
from tests.conftest import all_tables


def test_every_table_is_named_with_its_reason_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text().partition("## Tables")[2].partition("\n## ")[0]
    given = set(re.findall(r"\b(?:[A-Z]\w+Invoices|Users|VendorConfig)\b", text.partition("\n| table")[0]))
    reasons = dict(re.findall(r"^\| (\w+) \| \w+ \| (.+?) \|$", text, re.MULTILINE))
    reasons.pop("table")
    assert given | set(reasons) == {table.Meta.table_name for table in all_tables()}
    assert len(given) == 12 and all(len(reason) > 20 for reason in reasons.values())
