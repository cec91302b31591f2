"""Who is staff and what they may do. It shows nobody's invoices, mailboxes or settings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import store
from accounts.models import User
from accounts.store import InvalidEmailError
from accounts.views.door import asked_again
from paypulse.core.errors import ConflictError

if TYPE_CHECKING:
    PersonAdmin = admin.ModelAdmin[User]
    PersonForm = forms.ModelForm[User]
else:
    PersonAdmin, PersonForm = admin.ModelAdmin, forms.ModelForm  # the stubs' type parameters do not exist at run time

_VENDORS: Final = "vendors.{}_vendorconfig"


class Role(StrEnum):
    """What a person may do in the admin."""

    NONE = "none"
    VIEWER = "viewer"
    EDITOR = "editor"
    SUPERUSER = "superuser"

    @property
    def permissions(self) -> list[str]:
        """The permissions a role stands for, by name."""
        may = {Role.VIEWER: ("view",), Role.EDITOR: ("view", "add", "change")}.get(self, ())
        return [_VENDORS.format(each) for each in may]

    @classmethod
    def of(cls, user: User) -> Role:
        """The role that the person's flags and permissions amount to."""
        if not user.is_staff:
            return cls.NONE
        if user.is_superuser:
            return cls.SUPERUSER
        return cls.EDITOR if _VENDORS.format("change") in user.permissions else cls.VIEWER


ROLES: Final = (
    (Role.NONE, gettext_lazy("No staff")),
    (Role.VIEWER, gettext_lazy("Viewer: sees vendors")),
    (Role.EDITOR, gettext_lazy("Editor: changes vendors")),
    (Role.SUPERUSER, gettext_lazy("Superuser: deletes vendors and appoints staff")),
)


class StaffForm(PersonForm):
    """A person's role, and whether the account may be used at all."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ("is_active",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = Role.of(self.instance)

    def apply(self) -> None:
        """Put the chosen role on the person; the caller saves."""
        role = Role(self.cleaned_data["role"])
        self.instance.is_staff = role is not Role.NONE
        self.instance.is_superuser = role is Role.SUPERUSER
        self.instance.permissions = role.permissions


@admin.register(User)
class StaffAdmin(PersonAdmin):
    """People, found by their whole address alone: the table of people is never read through."""

    form = StaffForm
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_display_links = ("email",)
    search_fields = ("email",)
    ordering = ("email",)
    actions = None
    show_full_result_count = False
    readonly_fields = ("email", "name", "created_at", "last_login")
    fields = ("email", "name", "role", "is_active", "created_at", "last_login")

    @admin.display(description=gettext_lazy("role"))
    def role(self, user: User) -> str:
        return str(dict(ROLES)[Role.of(user)])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        try:
            found = store.user_by_email(search_term)
        except InvalidEmailError:
            found = None
        return (queryset.filter(pk=found.user_id) if found else queryset.none()), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = _("Find a person by the whole e-mail address; people are not listed")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_sortable_by(self, request: HttpRequest) -> tuple[()]:
        return ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return False  # a filter on other columns would ask for all people

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    has_change_permission = has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up themselves

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # people are erased everywhere, or not at all

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.apply()
        obj.save()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return [{"changed": {"fields": [f"{name}: {form.cleaned_data[name]}" for name in form.changed_data]}}]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and (way := asked_again(request)):
            return way
        own = unquote(object_id or "") == str(request.user.pk) and self.has_change_permission(request)
        if own and request.method == "POST":
            messages.error(request, _("Nobody changes their own role; ask another superuser."))
            return redirect(request.path)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ConflictError:
            messages.error(request, _("The person was changed meanwhile. Nothing was saved; look again."))
            return redirect(request.path)
