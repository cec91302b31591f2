"""Names of events for people."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from accounts.audit import Action

register = template.Library()

_NAMES = {
    Action.SIGNED_UP: _("Signed up"),
    Action.SIGNED_IN: _("Signed in"),
    Action.SIGN_IN_REFUSED: _("A wrong password was given"),
    Action.SIGNED_OUT: _("Signed out"),
    Action.PASSWORD_CHANGED: _("Password changed"),
    Action.PASSWORD_RESET: _("Password reset by mail"),
    Action.EMAIL_CHANGED: _("Address changed"),
    Action.DEVICE_ENDED: _("Device signed out"),
    Action.MAILBOX_CONNECTED: _("Mailbox connected"),
    Action.MAILBOX_LOST: _("Mailbox needs reconnecting"),
    Action.MAILBOX_DISCONNECTED: _("Mailbox disconnected"),
    Action.API_TOKEN_MADE: _("Token made"),
    Action.API_TOKEN_ENDED: _("Token removed"),
    Action.SECOND_FACTOR_ON: _("Second step turned on"),
    Action.SECOND_FACTOR_OFF: _("Second step turned off"),
    Action.PUSH_DEVICE_ADDED: _("Phone added for push messages"),
    Action.PUSH_DEVICE_REMOVED: _("Phone removed from push messages"),
    Action.RECOVERY_CODE_USED: _("A recovery code was used"),
    Action.EXPORT_ASKED: _("Export started"),
    Action.ERASURE_ASKED: _("Deletion started"),
}


@register.filter
def action_name(action: Action) -> Any:
    """What happened, in words."""
    return _NAMES[action]
