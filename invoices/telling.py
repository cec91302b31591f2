"""The words of a notification, in the person's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.user import User
from invoices.notices import Notice
from paypulse.core.clock import now
from paypulse.core.config import config

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "new-rent": "New rent: {amount} {currency}, due {due}",
        "new-rent-text": "{vendor} has sent a rent notice of {amount} {currency}, due on {due}.",
        "due-soon": "Rent due {due}: {amount} {currency}",
        "due-soon-text": "The rent from {vendor}, {amount} {currency}, is due on {due} and is not marked as paid.",
        "needs-look": "An invoice needs a look",
        "needs-look-text": "A document from {vendor} could not be read with certainty. Please look at it, so that it counts.",
        "digest": "Invoices that need a look: {asks}",
        "digest-text": "{asks} documents could not be read with certainty. Please look at them, so that they count.",
        "rent-missing": "No rent notice from {vendor} yet",
        "rent-missing-text": "A rent notice from {vendor} usually comes with a due date around {due}. None has come.",
        "price-raised": "{vendor} costs more: {amount} {currency}",
        "price-raised-text": "{vendor} costs {amount} {currency} since {on}.",
        "access-ended": "A mailbox has to be connected again",
        "access-ended-text": "Google has ended our access to one of your mailboxes. Nothing is lost: connect it again, and "
        "fetching goes on from where it stopped.",
        "before": "Last time it was {before} {currency}.",
        "changed": "What changed:",
        "open": "See it: {link}",
        "somebody": "a sender",
        "none": "nothing",
    },
    "sv": {
        "new-rent": "Ny hyra: {amount} {currency}, förfaller {due}",
        "new-rent-text": "{vendor} har skickat en hyresavi på {amount} {currency} som förfaller {due}.",
        "due-soon": "Hyran förfaller {due}: {amount} {currency}",
        "due-soon-text": "Hyran från {vendor}, {amount} {currency}, förfaller {due} och är inte markerad som betald.",
        "needs-look": "En faktura behöver en titt",
        "needs-look-text": "Ett dokument från {vendor} gick inte att läsa säkert. Titta på det, så att det räknas.",
        "digest": "Fakturor som behöver en titt: {asks}",
        "digest-text": "{asks} dokument gick inte att läsa säkert. Titta på dem, så att de räknas.",
        "rent-missing": "Ingen hyresavi från {vendor} än",
        "rent-missing-text": "En hyresavi från {vendor} brukar komma med förfallodag omkring {due}. Ingen har kommit.",
        "price-raised": "{vendor} kostar mer: {amount} {currency}",
        "price-raised-text": "{vendor} kostar {amount} {currency} sedan {on}.",
        "access-ended": "En brevlåda måste anslutas igen",
        "access-ended-text": "Google har avslutat vår åtkomst till en av dina brevlådor. Inget är förlorat: anslut den igen, så "
        "fortsätter hämtningen där den slutade.",
        "before": "Förra gången var det {before} {currency}.",
        "changed": "Detta har ändrats:",
        "open": "Se den: {link}",
        "somebody": "en avsändare",
        "none": "ingenting",
    },
}
_COMPONENTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "base_rent": "Rent",
        "cold_water": "Cold water",
        "warm_water": "Warm water",
        "heating": "Heating",
        "electricity": "Electricity",
        "parking": "Parking",
        "adjustment": "Adjustment",
        "rounding": "Rounding",
        "vat": "VAT",
        "other": "Other",
    },
    "sv": {
        "base_rent": "Hyra",
        "cold_water": "Kallvatten",
        "warm_water": "Varmvatten",
        "heating": "Värme",
        "electricity": "El",
        "parking": "Parkering",
        "adjustment": "Justering",
        "rounding": "Öresavrundning",
        "vat": "Moms",
        "other": "Övrigt",
    },
}


def letter(user: User, notice: Notice, *, link: bool = True) -> tuple[str, str]:
    """The subject and the text of a mail about `notice`, in the user's language (English where we do not speak it).

    Without `link` the text does not end with where it is opened.
    """
    language = user.language if user.language in _WORDS else "en"
    words = _WORDS[language]
    filled = _filler(words, notice)
    lines = [filled(f"{notice.kind}-text")]
    if notice.data.get("before"):
        lines.append(filled("before"))
    if notice.data.get("changes"):
        lines += ["", words["changed"], *_changes(language, words, notice.data)]
    if link:
        lines += ["", filled("open"), ""]
    return filled(notice.kind), "\n".join(lines)


def opened_at(notice: Notice) -> str:
    """The address of the page that shows what the notice is about."""
    return f"{config().site_url}/invoices/{notice.invoice_id}/" if notice.invoice_id else f"{config().site_url}/"


def _filler(words: Mapping[str, str], notice: Notice) -> Callable[[str], str]:
    values = {
        "on": str((notice.created_at or now()).date()),
        **notice.data,
        "vendor": notice.data.get("vendor") or words["somebody"],
        "link": opened_at(notice),
    }
    return lambda name: words[name].format_map(values)


def _changes(language: str, words: Mapping[str, str], data: Mapping[str, Any]) -> list[str]:
    names = _COMPONENTS[language]
    return [
        f"  {names.get(name, name)}: {was or words['none']} → {now or words['none']}"
        for name, was, now in data["changes"]
    ]
