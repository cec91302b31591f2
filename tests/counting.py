"""Counting what is asked of DynamoDB, because a page or a route is bounded in calls and items, not in milliseconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass
class Reads:
    """What was asked of DynamoDB: its calls, and the items that were looked at."""

    calls: int = 0
    items: int = 0


@contextmanager
def dynamodb_reads(client: Any) -> Iterator[Reads]:
    """The reads made through this client inside the block."""
    counted = Reads()

    def count(model: Any, parsed: dict[str, Any], **_more: object) -> None:
        if model.name.startswith(("Put", "Update")):
            return
        counted.calls += 1
        batches = parsed.get("Responses", {}).values()
        counted.items += parsed.get("ScannedCount", 0) + ("Item" in parsed) + sum(map(len, batches))

    client.meta.events.register("after-call.dynamodb", count, unique_id="reads")
    try:
        yield counted
    finally:
        client.meta.events.unregister("after-call.dynamodb", unique_id="reads")
