"""Uploading documents: they go the same way as those that come by mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.throttles import ThrottledError
from accounts.views.door import please_wait
from invoices import limits, store, uploads
from invoices.views.door import member, page
from paypulse.core.config import config

_AT_ONCE = 20


@require_http_methods(["GET", "POST"])
@member
def upload(request: HttpRequest, user_id: str) -> HttpResponse:
    """The form, and below it what becomes of the files that were just sent."""
    if request.method == "POST":
        files = request.FILES.getlist("documents")
        if not files:
            messages.warning(request, _("Choose a file first."))
        taken = {each: ids for each in files[:_AT_ONCE] if (ids := _take(request, user_id, each))}
        _tell(request, [each.name for each in taken], left=[each.name for each in files[_AT_ONCE:]])
        found = [invoice_id for ids in taken.values() for invoice_id in ids]
        query = urlencode({"sent": found}, doseq=True)
        return HttpResponseRedirect(f"{reverse('invoices:upload')}?{query}")
    sent = [(invoice_id, store.find(user_id, invoice_id)) for invoice_id in request.GET.getlist("sent")[:_AT_ONCE]]
    context = {
        "largest": config().max_upload_bytes // 1024 // 1024,
        "sent": sent,
        "is_reading": any(found is None for _, found in sent),
    }
    return page(request, "invoices/upload.html", context)


def _take(request: HttpRequest, user_id: str, file: Any) -> tuple[str, ...]:
    """The invoices the file becomes; what is wrong with it is told to the person by its name."""
    refusals = {"empty": _("%(name)s is empty."), "too_large": _("%(name)s is too large.")}
    try:
        if (file.size or 0) > config().max_upload_bytes:
            raise uploads.UploadError("too_large")
        limits.uploading(user_id)
        taken = uploads.upload(user_id, filename=str(file.name), content=file.read())
    except uploads.UploadError as error:
        messages.error(request, refusals[error.code] % {"name": file.name})
        return ()
    except ThrottledError as error:
        messages.error(request, _("%(name)s was not taken.") % {"name": file.name} + f" {please_wait(error)}")
        return ()
    return taken.invoice_ids


def _tell(request: HttpRequest, taken: Sequence[str | None], *, left: Sequence[str | None]) -> None:
    """What became of the files together; what was wrong with one of them was told by its name."""
    if len(taken) == 1:
        messages.success(request, _("%(name)s is kept and being read.") % {"name": taken[0]})
    elif taken:
        messages.success(request, _("%(count)s files are kept and being read.") % {"count": len(taken)})
    if left:
        said = _("Send %(most)s files at once. Not taken: %(names)s")
        messages.error(request, said % {"most": _AT_ONCE, "names": ", ".join(map(str, left))})
