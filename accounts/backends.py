"""How Django's auth finds a person: through the same throttled door as everybody else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import second, signin
from accounts.models import User
from accounts.throttles import ThrottledError


def source_of(request: HttpRequest | None) -> str:
    """The network address a request comes from, as API Gateway saw it, or as the socket did."""
    meta = request.META if request else {}
    context = meta.get("lambda.event", {}).get("requestContext", {})
    seen = context.get("http", context.get("identity", {})).get("sourceIp")
    return str(seen or meta.get("REMOTE_ADDR", "unknown"))


class Backend(BaseBackend):
    """Address and password for a person, and a session's id for the same."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        email = credentials.get("username") or credentials.get("email")
        if not email or "password" not in credentials:
            return None
        try:
            found = signin.authenticate(str(email), str(credentials["password"]), source=source_of(request))
        except signin.CredentialsError:
            return None
        except ThrottledError as error:
            raise PermissionDenied from error
        # The pages ask for the second step themselves; whoever comes this way has not been asked.
        return None if second.is_on(found.user_id) else User.objects.get(pk=found.user_id)

    def get_user(self, user_id: str) -> User | None:
        try:
            found = User.objects.get(pk=user_id)
        except User.DoesNotExist:
            return None
        return found if found.is_active else None
