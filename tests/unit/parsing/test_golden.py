"""Each golden folder's document is read as its expected.json says."""

from __future__ import annotations

import json

import pytest

from tests.golden import DOCUMENTS, folders, reading_of


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_the_document_is_read_as_expected(folder):
    assert reading_of(folder) == json.loads((folder / "expected.json").read_text("utf-8"))


def test_no_golden_folder_is_missing():
    assert set(DOCUMENTS) <= {folder.name for folder in folders()}
