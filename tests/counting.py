"""Counting what is asked of DynamoDB, because a page or a route is bounded in calls, not in milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.hooks import HierarchicalEmitter


@contextmanager
def dynamodb_calls() -> Iterator[Counter[str]]:
    """The DynamoDB operations made inside the block ("Query": 1), by whichever client."""
    seen: Counter[str] = Counter()
    emit = HierarchicalEmitter._emit

    def counting(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("before-send.dynamodb."):
            seen[name.rpartition(".")[2]] += 1
        return emit(self, name, *args, **kwargs)

    HierarchicalEmitter._emit = counting
    try:
        yield seen
    finally:
        HierarchicalEmitter._emit = emit
