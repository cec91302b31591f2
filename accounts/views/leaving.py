"""A person's data: letting staff try vendor rows on it, taking it along, and having it erased."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import forms, store
from accounts.views.door import confirmed, member
from accounts.views.settings import is_password
from invoices import jobs
from paypulse import takeout
from paypulse.erasure import StaffError
from paypulse.erasure import request as ask_for_erasure


@require_GET
@member
def data(request: HttpRequest, user_id: str) -> HttpResponse:
    """What can be done with everything we keep of the person."""
    exports = [(job, takeout.parts(job)) for job in jobs.jobs(user_id) if job.kind == takeout.KIND]
    context = {"shares": store.user(user_id).shares_samples, "exports": exports[:5]}
    return render(request, "accounts/data.html", context)


@require_POST
@confirmed
@member
def export(request: HttpRequest, user_id: str) -> HttpResponse:
    """Begin an export of everything."""
    takeout.request(user_id)
    messages.success(request, _("Your export is being made. It appears here when it is ready."))
    return redirect("accounts:data")


@require_GET
@confirmed
@member
def part(_request: HttpRequest, user_id: str, job_id: str, number: int) -> HttpResponse:
    """One ZIP of an export, by an address that works for five minutes."""
    return redirect(takeout.link(user_id, job_id, number))


@require_POST
@member
def samples(request: HttpRequest, user_id: str) -> HttpResponse:
    """Whether staff may try vendor rows on the person's documents."""
    store.share_samples(user_id, shares="shares" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("accounts:data")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member
def delete(request: HttpRequest, user_id: str) -> HttpResponse:
    """Erase the account and everything in it; asks for the password."""
    form = forms.Password(request.POST or None)
    if not (form.is_valid() and is_password(form, user_id, field="password")):
        return render(request, "accounts/delete.html", {"form": form, "is_staff": store.user(user_id).is_staff})
    try:
        ask_for_erasure(user_id)
    except StaffError:
        form.add_error(None, _("A staff account cannot be erased. Let another take over the staff rights first."))
        return render(request, "accounts/delete.html", {"form": form, "is_staff": True})
    logout(request)
    return redirect("accounts:goodbye")


@require_GET
def goodbye(request: HttpRequest) -> HttpResponse:
    """Erasure has begun; the receipt comes by mail."""
    return render(request, "accounts/goodbye.html")
