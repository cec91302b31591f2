"""The person at Google's consent page, played over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

import requests


def approve(url: str, *, email: str, scopes: Sequence[str] | None = None, decision: str = "allow") -> str:
    """Open the consent page at `url` as `email`, tick `scopes` (all that are asked for, without), and press a button.

    Returns the address that Google sends the browser back to.
    """
    query = dict(parse_qsl(urlsplit(url).query))
    requests.get(url, timeout=10).raise_for_status()
    ticked = query.get("scope", "").split() if scopes is None else list(scopes)
    fields = {**query, "account": email, "decision": decision, "granted": ticked}
    answer = requests.post(url.partition("?")[0], data=fields, allow_redirects=False, timeout=10)
    answer.raise_for_status()
    return answer.headers["Location"]
