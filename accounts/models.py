"""What Django's auth and admin see of Users; everything else goes through accounts.store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from accounts import store
from paypulse.dynamodb.models import ListField, MapField, VersionedModel


class UserManager(BaseUserManager["User"]):
    """Makes people the one way there is: through the store, where an address is claimed."""

    def create_user(self, email: str, password: str, **fields: Any) -> User:
        """The new person. Raises what accounts.store.create_user raises."""
        fields.setdefault("name", email.partition("@")[0])
        return self.get(pk=store.create_user(email=email, password=password, **fields).user_id)

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        """The new person, who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The holder of the address. Raises User.DoesNotExist."""
        found = store.user_by_email(username or "")
        return self.get(pk=found.user_id if found else "")

    def names(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """The names of those of them who are people here, by id: one read for a hundred."""
        return {user_id: str(person) for user_id, person in self.in_bulk(sorted(set(user_ids))).items()}


class User(AbstractBaseUser, VersionedModel):
    """A person. Permissions are a list on the row: no groups, no joins."""

    user_id = models.CharField(primary_key=True, max_length=64, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    permissions = ListField(default=list, blank=True)
    session_version = models.IntegerField(default=1, editable=False)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="Europe/Stockholm")
    home_currency = models.CharField(max_length=3, null=True, blank=True)
    preferences = MapField(default=dict, blank=True)
    shares_samples = models.BooleanField(default=False)
    last_retail_invoice_fetch = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        managed = False

    def __str__(self) -> str:
        return self.name or self.user_id

    def get_session_auth_hash(self) -> str:
        """What a session must hold to be this person's: changes with the password and with the session version."""
        return salted_hmac(
            "accounts.session", f"{self.password}|{self.session_version}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        """Nothing: a former secret key signs nobody in."""
        return ()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Whether the active person may do `perm` ("vendors.change_vendorconfig")."""
        return self.is_active and (self.is_superuser or perm in self.permissions)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Whether the person may do all of it."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the person may do anything in the app."""
        return self.is_active and (self.is_superuser or any(p.startswith(f"{app_label}.") for p in self.permissions))
