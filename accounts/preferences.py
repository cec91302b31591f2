"""What a person wants to be told of, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What there is to be told of."""

    NEW_RENT = "new-rent"
    RENT_CHANGED = "rent-changed"
    DUE_SOON = "due-soon"
    NEEDS_LOOK = "needs-look"


class Channel(StrEnum):
    """How a person is told."""

    MAIL = "mail"
    SITE = "site"


_KEY: Final = "notifications"
_WEBHOOK: Final = "webhook"
_PUSH: Final = "push_topic"
# What lets somebody who set it up once read on for ever.
_STANDING: Final = frozenset({"calendar", _WEBHOOK, _PUSH})


def wants(preferences: Mapping[str, Any], kind: Kind, *, channel: Channel) -> bool:
    """Whether the person with these preferences is to be told; everybody is, until they say otherwise."""
    chosen = preferences.get(_KEY, {}).get(str(kind))
    return chosen is None or str(channel) in chosen


def webhook_url(preferences: Mapping[str, Any]) -> str:
    """Where a person's own server is told; empty when there is none."""
    return str((preferences.get(_WEBHOOK) or {}).get("url") or "")


def with_webhook(preferences: Mapping[str, Any], url: str, *, secret: str) -> dict[str, Any]:
    """The preferences with `url` told from now on, signed with `secret`; with nobody's server for an empty one."""
    others = {name: value for name, value in preferences.items() if name != _WEBHOOK}
    return {**others, _WEBHOOK: {"url": url, "secret": secret}} if url else others


def push_topic(preferences: Mapping[str, Any]) -> str:
    """The topic that a person's devices listen to; empty when they want no push messages."""
    return str(preferences.get(_PUSH) or "")


def with_push(preferences: Mapping[str, Any], topic: str) -> dict[str, Any]:
    """The preferences with push messages to `topic`."""
    return {**preferences, _PUSH: topic}


def without_push(preferences: Mapping[str, Any]) -> dict[str, Any]:
    """The preferences without push messages."""
    return {name: value for name, value in preferences.items() if name != _PUSH}


def without_standing_access(preferences: Mapping[str, Any]) -> dict[str, Any]:
    """The preferences without the calendar's address, the webhook and push messages."""
    return {name: value for name, value in preferences.items() if name not in _STANDING}


def with_notifications(preferences: Mapping[str, Any], chosen: Iterable[tuple[Kind, Channel]]) -> dict[str, Any]:
    """The preferences with these notifications on and every other one off."""
    on = {str(kind): sorted(str(channel) for each, channel in chosen if each is kind) for kind in Kind}
    return {**preferences, _KEY: on}
