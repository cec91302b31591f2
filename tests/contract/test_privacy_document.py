"""What docs/privacy.md says is kept, is all that is kept."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from accounts.google import SCOPES
from paypulse import holdings
from tests.contract.test_rules import table

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/privacy.md").read_text("utf-8")


def test_every_table_is_named() -> None:
    tables = {table.Meta.table_name for table in holdings.TABLES}
    assert len(tables) > 25 and {name for name in tables if not re.search(rf"\b{name}\b", DOCUMENT)} == set()


def test_every_prefix_of_the_bucket_is_named() -> None:
    entries = yaml.safe_load((ROOT / "lambdas/functions.yaml").read_text("utf-8"))
    rights = [
        entry["rights"].get("buckets", {})
        for entry in (entries["site"], *entries["functions"].values())
        if "rights" in entry
    ]
    prefixes = {prefix for each in rights for prefix in each}
    assert prefixes and {prefix for prefix in prefixes if f"`{prefix}/{{user id}}/" not in DOCUMENT} == set()


def test_every_scope_that_google_is_asked_for_is_named() -> None:
    assert [scope for scope in SCOPES if f"`{scope.rpartition('/')[2]}`" not in DOCUMENT] == []


def test_everything_kept_has_a_level_and_every_level_says_what_it_asks_for() -> None:
    kept = table(DOCUMENT, "what")
    levels = {level: asks for level, *asks in table(DOCUMENT, "level")}
    assert len(kept) > 20 and all(len(row) == 5 and all(row) for row in kept)
    named = {word for row in kept for word in re.findall(r"\b(?:secret|personal|operational|public)\b", row[1])}
    assert [row[0] for row in kept if row[1].partition(";")[0] not in levels] == [] and named == set(levels)
    assert all(len(asks) == 6 and all(asks) for asks in levels.values())
    sealed = {
        table.Meta.table_name for table in holdings.TABLES if re.search("Token|Session|Factor", table.Meta.table_name)
    }
    assert (
        len(sealed) > 4 and {name for row in kept if "secret" in row[1] for name in sealed if name in row[2]} == sealed
    )
