"""The tables that Terraform declares are the tables that the models declare, key for key."""

from __future__ import annotations

from typing import Any

import hcl2
import pytest

from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions
from paypulse.core.tables import KeySpec, Table, TableSpec
from tests.conftest import all_tables


def declared() -> dict[str, Any]:
    """`local.tables` of tables.tf as plain values."""
    parsed = hcl2.loads((ROOT / "terraform/tables.tf").read_text(encoding="utf-8"))
    return plain(next(each["tables"] for each in parsed["locals"] if "tables" in each))


def plain(value: Any) -> Any:
    """Without the quotes that the parser keeps around texts and keys."""
    if isinstance(value, dict):
        return {str(key).strip('"'): plain(each) for key, each in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.strip('"') if isinstance(value, str) else value


def specified(name: str, entry: dict[str, Any]) -> TableSpec:
    def key(names: list[str]) -> KeySpec:
        typed = [(each, "N" if each in entry.get("numbers", []) else "S") for each in names]
        return KeySpec(typed[0], typed[1] if len(typed) > 1 else None)

    return TableSpec(
        name=name,
        key=key(entry["key"]),
        indexes={index: key(names) for index, names in entry.get("indexes", {}).items()},
        provisioned=None,
        stream=entry.get("stream", False),
        point_in_time_recovery=entry.get("recoverable", False),
        ttl_attribute=entry.get("expiry"),
    )


@pytest.mark.parametrize("model", [each for each in all_tables() if each.Meta.table_name != "RentalInvoices"])
def test_each_table_is_declared_as_its_model_says(model: type[Table]) -> None:
    name = model.Meta.table_name
    assert specified(name, declared()[name]) == model.specification()


@pytest.mark.parametrize("model", all_tables())
def test_an_index_that_keeps_keys_alone_is_declared_so(model: type[Table]) -> None:
    keys_only = {
        index.Meta.index_name
        for index in model._indexes.values()
        if index.Meta.projection.projection_type == "KEYS_ONLY"
    }
    entry = declared().get(model.Meta.table_name, {})
    assert set(entry.get("keys_only", [])) == keys_only


def test_terraform_declares_no_table_without_a_model() -> None:
    models = {each.Meta.table_name for each in all_tables()}
    assert set(declared()) | {"RentalInvoices"} == models


def test_every_right_is_on_a_table_that_exists() -> None:
    models = {each.Meta.table_name for each in all_tables()}
    assert {table for each in functions() for table in each.rights.tables} - {"*"} <= models
