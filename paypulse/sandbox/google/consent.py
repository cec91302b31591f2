"""The page on which a person chooses an account and lets an app in, or does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

_WORDS = {
    "openid": "Know who you are on Google",
    "https://www.googleapis.com/auth/userinfo.email": "See your e-mail address",
    "https://www.googleapis.com/auth/userinfo.profile": "See your name",
    "https://www.googleapis.com/auth/gmail.readonly": "Read your mail and settings, changing nothing",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#f0f4f9;color:#1f1f1f;margin:0;padding:2rem 1rem}"
    "main{max-width:28rem;margin:auto;background:#fff;border-radius:1.25rem;padding:2rem}"
    "h1{font-size:1.4rem;font-weight:500}label{display:block;margin:.5rem 0}select{font:inherit;width:100%;padding:.5rem}"
    "button{font:inherit;padding:.5rem 1.25rem;border-radius:2rem;border:1px solid #747775;background:#fff;cursor:pointer}"
    "button[value=allow]{background:#0b57d0;border-color:#0b57d0;color:#fff}.note{color:#5f6368;font-size:.875rem}"
)


def page(query: Mapping[str, str], *, accounts: Iterable[str]) -> str:
    """The consent page for the authorization request `query`, with every scope ticked."""
    chosen = query.get("login_hint")
    options = "".join(_option(email, selected=email == chosen) for email in accounts)
    scopes = "".join(_scope(scope) for scope in query.get("scope", "").split())
    hidden = "".join(_hidden(name, value) for name, value in query.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Sign in – the sandbox's Google</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(query.get('client_id', ''))} wants access to your Google Account</h1>"
        f'<form method="post">{hidden}<label>Account <select name="account">{options}</select></label>'
        f'{scopes}<p><button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Cancel</button></p></form>'
        '<p class="note">This is not Google: it is part of the sandbox on this machine.</p></main></html>'
    )


def _option(email: str, *, selected: bool) -> str:
    return f"<option{' selected' if selected else ''}>{escape(email)}</option>"


def _scope(scope: str) -> str:
    box = f'<input type="checkbox" name="granted" value="{escape(scope)}" checked>'
    return f"<label>{box} {escape(_WORDS.get(scope, scope))}</label>"


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
