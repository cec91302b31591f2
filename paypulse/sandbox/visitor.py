"""A person in front of the site, without script: opens pages, fills in forms, follows where they lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests
from selectolax.lexbor import LexborHTMLParser, LexborNode

from paypulse.core.errors import PayPulseError

_PATIENCE = 60


class PageError(PayPulseError):
    """The site answered with an error, or a page lacks the form that was to be sent."""


@dataclass
class Page:
    """An answer of the site. `text` is what a reader sees of it."""

    answer: requests.Response

    @property
    def url(self) -> str:
        return self.answer.url

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.answer.text)

    @property
    def text(self) -> str:
        body = self.tree.body
        return " ".join(body.text(separator=" ").split()) if body else ""

    def form(self, address: str) -> LexborNode:
        """The form that is sent to `address`. Raises PageError."""
        path = urlsplit(address).path
        for form in self.tree.css("form"):
            if urlsplit(urljoin(self.url, form.attributes.get("action") or "")).path == path:
                return form
        raise PageError(f"{urlsplit(self.url).path} has no form for {path}")


@dataclass
class Visitor:
    """A browser with one person's cookies on the site at `site`."""

    site: str
    session: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str) -> Page:
        """The page at `path`, redirects followed. Raises PageError for an error status."""
        return _checked(self.session.get(urljoin(self.site, path), timeout=_PATIENCE))

    def send(self, page: Page, path: str, *, follow: bool = True, files: object = None, **fields: str) -> Page:
        """Send the page's form for `path` with `fields` typed in, the others as they stand there."""
        form = page.form(urljoin(self.site, path))
        values = {**_values(form), **{_named(form, name): value for name, value in fields.items()}}
        answer = self.session.post(
            urljoin(self.site, path),
            data=values,
            files=files,  # type: ignore[arg-type]
            headers={"Referer": page.url},
            allow_redirects=follow,
            timeout=_PATIENCE,
        )
        return _checked(answer)


def _checked(answer: requests.Response) -> Page:
    if answer.status_code >= 400:
        raise PageError(f"{urlsplit(answer.url).path} answered {answer.status_code}")
    return Page(answer)


def _values(form: LexborNode) -> dict[str, str]:
    """What the browser would send by itself: hidden and filled-in fields."""
    inputs = [each.attributes for each in form.css("input")]
    return {
        str(each["name"]): each.get("value") or ""
        for each in inputs
        if each.get("name") and each.get("type") not in ("submit", "file", "checkbox", "radio")
    }


def _named(form: LexborNode, wanted: str) -> str:
    """The field's name in the form: the one called so, or the only one of that type (email, password)."""
    if form.css_first(f'[name="{wanted}"]'):
        return wanted
    found = form.css_first(f'input[type="{wanted}"]')
    return str(found.attributes["name"]) if found else wanted
