"""What people may type into the account pages, checked before anything is done."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts import passwords, store
from accounts.claims import Scope
from accounts.preferences import Channel, Kind

CURRENCIES: Final = (
    "SEK",
    "EUR",
    "USD",
    "GBP",
    "NOK",
    "DKK",
    "ISK",
    "CHF",
    "PLN",
    "CZK",
    "HUF",
    "CAD",
    "AUD",
    "JPY",
    "INR",
)

# What accounts.passwords says of a weak password, named here for the translators.
_REFUSALS = (
    gettext_noop("Use at least 12 characters."),
    gettext_noop("Use at most 256 characters."),
    gettext_noop("This password is on the lists attackers try first."),
    gettext_noop("Do not use your name or address in the password."),
)
_KINDS = {
    Kind.NEW_RENT: _("A new rent notice"),
    Kind.RENT_CHANGED: _("A rent notice that was corrected"),
    Kind.DUE_SOON: _("Rent that is due soon"),
    Kind.NEEDS_LOOK: _("An invoice we could not read for sure"),
}
_CHANNELS = {Channel.MAIL: _("by mail"), Channel.SITE: _("on the site")}
_SCOPES = {
    Scope.READ: _("See invoices"),
    Scope.WRITE: _("Correct and delete invoices"),
    Scope.INGEST: _("Start fetching"),
}


class _Address(forms.EmailField):
    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        try:
            return store.normalised(text) if text else ""
        except store.InvalidEmailError as error:
            raise forms.ValidationError(_("Enter an e-mail address.")) from error


def _address() -> forms.EmailField:
    return _Address(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


def _password(label: Any, *, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=passwords.LONGEST, widget=widget)


def _new_password() -> forms.CharField:
    field = _password(_("New password"), autocomplete="new-password")
    field.help_text = _("At least 12 characters. A few words in a row are good; nothing has to be special.")
    return field


class SignIn(forms.Form):
    """Address and password."""

    email = _address()
    password = _password(_("Password"), autocomplete="current-password")


class SignUp(forms.Form):
    """A new account."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = _address()
    password = _new_password()


class Address(forms.Form):
    """An address alone: to reset a password, or to move to."""

    email = _address()


class NewPassword(forms.Form):
    """A password to have from now on."""

    password = _new_password()


class ChangedPassword(forms.Form):
    """A password to have from now on, by somebody who knows the present one."""

    current = _password(_("Present password"), autocomplete="current-password")
    password = _new_password()


class Password(forms.Form):
    """The password once more, before something that matters."""

    password = _password(_("Password"), autocomplete="current-password")


class SecondStep(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "characters"}
        ),
    )


class Profile(forms.Form):
    """Name, language, time zone and home currency."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )
    home_currency = forms.ChoiceField(
        label=_("Home currency"),
        required=False,
        choices=[("", _("None")), *((code, code) for code in CURRENCIES)],
        help_text=_(
            "Amounts in other currencies are added to it at the stored rate of their day, and shown beside it without one."
        ),
    )


class Notifications(forms.Form):
    """What to be told of, and how."""

    chosen = forms.MultipleChoiceField(
        required=False,
        choices=[(f"{kind}|{channel}", "") for kind in Kind for channel in Channel],
        error_messages={"invalid_choice": _("There is no such notification.")},
    )
    due_soon_days = forms.IntegerField(
        label=_("Days before the due date"), min_value=0, max_value=30, initial=3, required=False
    )

    webhook = forms.URLField(
        label=_("Address of your server (webhook)"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=_("https, told of everything above. Leave empty to tell nobody."),
    )

    push = forms.BooleanField(label=_("Push messages"), required=False)

    def clean_webhook(self) -> str:
        """The address, when it is one that a webhook can have."""
        url = str(self.cleaned_data["webhook"])
        parts = urlsplit(url)
        if url and (parts.scheme != "https" or parts.username or parts.password):
            raise forms.ValidationError(_("A webhook is an https address without a name or password in it."))
        return url

    def pairs(self) -> list[tuple[Kind, Channel]]:
        """What was ticked."""
        return [
            (Kind(kind), Channel(channel))
            for kind, channel in (each.split("|") for each in self.cleaned_data["chosen"])
        ]


class ApiToken(forms.Form):
    """A personal token."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(str(scope), label) for scope, label in _SCOPES.items()],
        initial=[str(Scope.READ)],
        widget=forms.CheckboxSelectMultiple,
    )

    def chosen(self) -> tuple[Scope, ...]:
        """The scopes that were ticked."""
        return tuple(Scope(each) for each in self.cleaned_data["scopes"])


def kinds() -> list[tuple[Kind, Any]]:
    """Every kind of notification with its name for people."""
    return list(_KINDS.items())


def channels() -> list[tuple[Channel, Any]]:
    """Every channel with its name for people."""
    return list(_CHANNELS.items())


def scope_names(scopes: tuple[Scope, ...]) -> list[Any]:
    """What a token may do, in words."""
    return [_SCOPES.get(scope, str(scope)) for scope in scopes]
