"""The Try page: a row, or changes to it that are not saved, on a sample, on shared originals and on one's own mailbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import mailboxes
from accounts.mailboxes import MailboxState, ReconnectNeededError
from invoices.gmail import AccessRefusedError, GmailUnavailableError
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError
from vendors.forms import TriedForm
from vendors.models import VendorConfig
from vendors.query import NoSenderError
from vendors.rows import differences
from vendors.vendor import Vendor, content, from_content
from vendors.views import mailbox, proposals, trial
from vendors.views.pages import Pages, published

_KEPT: Final = "vendor-try"


class SampleForm(forms.Form):
    """A document that is pasted or uploaded; it is read and forgotten."""

    text = forms.CharField(
        label=gettext_lazy("Paste HTML or a whole mail"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    upload = forms.FileField(label=gettext_lazy("or choose a file (HTML, EML or PDF)"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("upload")
        if not upload and not (given.get("text") or "").strip():
            raise forms.ValidationError(_("Paste something, or choose a file."))
        if upload and upload.size > config().max_upload_bytes:
            raise forms.ValidationError(_("The file is larger than what is read."))
        return given

    def sample(self) -> trial.Sample:
        """What was given, as a document to read."""
        upload = self.cleaned_data["upload"]
        if upload:
            return trial.Sample(str(upload.name), upload.read(), str(upload.name))
        return trial.Sample(_("Pasted text"), self.cleaned_data["text"].encode())


class Trying(Pages):
    """Only who may change a row may try one: trying shows documents."""

    def __init__(self, model_admin: ModelAdmin[Any]) -> None:
        super().__init__(model_admin)
        self.propose = require_POST(self._propose)
        self.keep = require_POST(self._save)

    def show(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        """The page, and what its three forms ask for."""
        saved = self._changeable(request, vendor_id)
        if request.method == "POST" and "vendor_name" in request.POST:
            return self._take_changes(request, saved)
        if request.POST.get("try") == "discard":
            request.session.pop(self._key(saved), None)
            return redirect("admin:vendors_try", vendor_id)
        return self._shown(request, saved, SampleForm(*self._given(request)))

    def _given(self, request: HttpRequest) -> tuple[Any, ...]:
        return (request.POST, request.FILES) if request.POST.get("try") == "sample" else ()

    def _key(self, saved: Vendor) -> str:
        return f"{_KEPT}:{saved.vendor_id}:{saved.version}"

    def _take_changes(self, request: HttpRequest, saved: Vendor) -> HttpResponse:
        """Keep the changes of the row's form in the session and show what they do; a faulty form is shown again."""
        form = TriedForm(request.POST, instance=VendorConfig.objects.get(pk=saved.vendor_id))
        if not form.is_valid():
            row_page = reverse("admin:vendors_vendorconfig_change", args=[saved.vendor_id])
            return self.admin.changeform_view(request, saved.vendor_id, form_url=row_page)
        return self._keep(request, saved, form.result or saved)

    def _keep(self, request: HttpRequest, saved: Vendor, changed: Vendor) -> HttpResponse:
        request.session[self._key(saved)] = content(changed)
        return redirect("admin:vendors_try", saved.vendor_id)

    def _propose(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        """Take over a proposed hint as a change to be tried."""
        saved = self._changeable(request, vendor_id)
        wanted = request.POST.get("field")
        found = next((each for each in proposals.proposals(saved) if each.field == wanted), None)
        if found is None:
            messages.error(request, _("There is no such proposal any more."))
            return redirect("admin:vendors_try", vendor_id)
        return self._keep(request, saved, found.vendor)

    def _save(self, request: HttpRequest, vendor_id: str) -> HttpResponse:
        """Save the changes that were tried."""
        saved = self._changeable(request, vendor_id)
        candidate = self._candidate(request, saved)
        if candidate == saved:
            messages.error(request, _("There is nothing to save."))
        elif self._keeps(request, candidate, saved, note="after trying it"):
            messages.success(request, _("The changes are saved."))
            return redirect("admin:vendors_vendorconfig_change", vendor_id)
        return redirect("admin:vendors_try", vendor_id)

    def _candidate(self, request: HttpRequest, saved: Vendor) -> Vendor:
        kept = request.session.get(self._key(saved))
        return replace(from_content(kept, version=saved.version), state=saved.state) if kept else saved

    def _shown(self, request: HttpRequest, saved: Vendor, form: SampleForm) -> HttpResponse:
        new = self._candidate(request, saved)
        old = published(saved) if new == saved else saved
        context = {
            "title": _("Try %(name)s") % {"name": new.vendor_name},
            "vendor": new,
            "saved": saved,
            "vendor_id": saved.vendor_id,
            "changes": differences(saved, new),
            "compared": old is not None,
            "query": self._query(request, new),
            "price": mailbox.PRICE,
            "mailboxes": [m for m in mailboxes.mailboxes(str(request.user.pk)) if m.state is MailboxState.CONNECTED],
            "proposals": proposals.proposals(saved) if request.POST.get("try") == "originals" else (),
            "form": form,
            **self._results(request, new, old, form),
        }
        return self._page(request, "admin/vendors/vendorconfig/try.html", context)

    def _query(self, request: HttpRequest, vendor: Vendor) -> str:
        try:
            return mailbox.query(vendor)
        except NoSenderError as error:
            messages.error(request, str(error))
            return ""

    def _results(self, request: HttpRequest, new: Vendor, old: Vendor | None, form: SampleForm) -> dict[str, Any]:
        asked = request.POST.get("try")
        if asked == "sample" and form.is_valid():
            return {"trials": [trial.try_on(form.sample(), new, old=old)]}
        if asked == "originals":
            return {
                "trials": [trial.try_on(each, new, old=old) for each in trial.originals(new.vendor_id)],
                "asked": asked,
            }
        if asked == "mailbox":
            return self._mailbox(request, new, old)
        return {}

    def _mailbox(self, request: HttpRequest, new: Vendor, old: Vendor | None) -> dict[str, Any]:
        try:
            found = mailbox.run(str(request.user.pk), request.POST.get("mailbox", ""), new, old=old)
        except (NotFoundError, NoSenderError, ReconnectNeededError, AccessRefusedError, GmailUnavailableError) as error:
            messages.error(request, str(error))
            return {}
        return {"found": found, "trials": found.trials}
