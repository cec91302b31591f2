"""One invoice: its original beside its facts, and everything that may be said about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from invoices import documents, lessons, original, paying, showing, store
from invoices.forms import FieldForm, PaidForm
from invoices.invoice import Invoice, InvoiceState
from invoices.lessons import Lesson
from invoices.processing import process
from invoices.views.door import here_today, member, page, posted_version
from paypulse.core.errors import NotFoundError

# A function's answer may be 6 MB; a larger original is fetched from S3 by a short-lived address.
_DIRECT_BYTES = 4 * 1024 * 1024
_NEAR = timedelta(days=183)
_MOST_LINKABLE = 30


@require_GET
@member
def detail(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """The invoice with its original; `?edit=FIELD` opens that field's form."""
    asked = store.invoice(user_id, invoice_id)
    name = request.GET.get("edit", "")
    form = FieldForm(asked, name) if name in showing.editable(asked) else None
    linkable = _linkable(asked) if "link" in request.GET else None
    context = {**context_of(request, asked, form=form), "linkable": linkable, "relatives": store.relatives(asked)}
    return page(request, "invoices/detail.html", context)


def _linkable(asked: Invoice) -> list[Invoice]:
    """What it may be a duplicate of or belong to: the same vendor's, within half a year."""
    if asked.is_rental:
        found = store.list_rental(asked.user_id)
    else:
        since, until = asked.day - _NEAR, asked.day + _NEAR
        found = store.list_retail(
            asked.user_id, vendor_id=asked.vendor_id, since=since, until=until, limit=_MOST_LINKABLE
        ).items
    return [each for each in found if each.invoice_id != asked.invoice_id and abs(each.day - asked.day) <= _NEAR]


def context_of(request: HttpRequest, asked: Invoice, *, form: FieldForm | None = None) -> dict[str, Any]:
    """What the templates that show an invoice need."""
    code = paying.code(asked)
    return {
        "invoice": asked,
        "facts": showing.shown(asked),
        "missing": showing.missing(asked),
        "form": form,
        "document": _document(asked),
        "code": paying.code_svg(code) if code else None,
        "today": here_today(request),
    }


def _document(asked: Invoice) -> dict[str, Any]:
    """How the original is shown: a frame for HTML, pictures with boxes for a PDF, or a word on why it cannot be."""
    suffix = asked.s3_path.rpartition(".")[2]
    try:
        documents.check_scan(asked.user_id, asked.s3_path)
        if suffix != "pdf":
            return {"kind": "html" if suffix == "html" else "none"}
        pages = original.sheets(documents.original(asked.user_id, asked.s3_path).content)
    except documents.HeldBackError:
        return {"kind": "held"}
    except NotFoundError:
        return {"kind": "gone"}
    except original.UnshowableError:
        return {"kind": "locked"}
    return {"kind": "pdf", "sheets": [(sheet, showing.boxes(asked, sheet)) for sheet in pages]}


@require_GET
@member
def frame(_request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """The HTML original in an answer of its own that can load, run and send nothing."""
    asked = store.invoice(user_id, invoice_id)
    if not asked.s3_path.endswith(".html"):
        raise Http404
    kept = documents.handed_out(user_id, asked.s3_path)
    try:
        shown = original.safe_html(kept.content, marks=showing.marks(asked))
    except original.UnshowableError as error:
        raise Http404 from error
    answer = HttpResponse(shown, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = original.CONTENT_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_GET
@member
def sheet(_request: HttpRequest, user_id: str, invoice_id: str, number: int) -> HttpResponse:
    """One page of the PDF original as a picture; the address changes with nothing, so the browser asks again by tag."""
    asked = store.invoice(user_id, invoice_id)
    kept = documents.handed_out(user_id, asked.s3_path)
    try:
        picture = original.page_picture(kept.content, number)
    except original.UnshowableError as error:
        raise Http404 from error
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@require_GET
@member
def download(_request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """The original as it came in, to save."""
    asked = store.invoice(user_id, invoice_id)
    kept = documents.handed_out(user_id, asked.s3_path)
    if len(kept.content) > _DIRECT_BYTES:
        return HttpResponseRedirect(documents.signed_url(user_id, asked.s3_path))
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{kept.filename}"'
    answer["Content-Security-Policy"] = original.CONTENT_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@member
def edit(request: HttpRequest, user_id: str, invoice_id: str, name: str) -> HttpResponse:
    """Put the person's value in place of what was read."""
    asked = store.invoice(user_id, invoice_id)
    if name not in showing.editable(asked):
        raise Http404
    form = FieldForm(asked, name, request.POST)
    if form.is_valid():
        try:
            changes = {name: form.cleaned_data["value"]}
            store.correct(user_id, invoice_id, expected_version=form.cleaned_data["version"], changes=changes)
            messages.success(request, _("Saved. You can undo it here."))
            if form.cleaned_data.get("always") and changes[name]:
                teach(request, asked, Lesson(**changes))
            return _to(invoice_id, name)
        except store.CorrectionError:
            form.add_error("value", _("This value does not fit."))
    return page(request, "invoices/detail.html", context_of(request, asked, form=form), status=422)


def teach(request: HttpRequest, asked: Invoice, taught: Lesson) -> None:
    """Keep what the person says of the invoice's vendor, and say it of its latest invoices too."""
    vendor_key = lessons.key(asked)
    if not vendor_key:
        messages.warning(request, _("Nobody is named on the document, so the next ones cannot be known by it."))
        return
    lessons.teach(asked.user_id, vendor_key, taught)
    count = lessons.reapply(asked.user_id, vendor_key)
    said = ngettext(
        "The next ones from this vendor are read so. %(n)d earlier one was changed too.",
        "The next ones from this vendor are read so. %(n)d earlier ones were changed too.",
        count,
    )
    messages.success(request, said % {"n": count})


@require_POST
@member
def undo(request: HttpRequest, user_id: str, invoice_id: str, name: str) -> HttpResponse:
    """Put back what was read."""
    try:
        store.undo(user_id, invoice_id, expected_version=posted_version(request), name=name)
    except store.CorrectionError as error:
        raise Http404 from error
    messages.success(request, _("The value that was read is back."))
    return _to(invoice_id, name)


@require_POST
@member
def paid(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Say when it was paid, or that it was not."""
    form = PaidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not a day."))
        return _to(invoice_id)
    day = form.cleaned_data["paid_on"] or (here_today(request) if request.POST.get("paid") else None)
    store.set_paid(user_id, invoice_id, expected_version=form.cleaned_data["version"], paid_on=day)
    messages.success(request, _("Marked as paid.") if day else _("Marked as not paid."))
    return _to(invoice_id)


@require_POST
@member
def state(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Say that it is no invoice, or that it is one after all."""
    told = InvoiceState.NOT_AN_INVOICE if request.POST.get("state") == "not_an_invoice" else InvoiceState.OK
    store.set_state(user_id, invoice_id, expected_version=posted_version(request), state=told)
    said = {
        InvoiceState.OK: _("It counts in your totals."),
        InvoiceState.NOT_AN_INVOICE: _("It no longer counts in your totals."),
    }
    messages.success(request, said[told])
    return _to(invoice_id)


@require_POST
@member
def link(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Say that it is a duplicate of another of the person's invoices, or belongs to one, as a refund does."""
    other, role = request.POST.get("other", ""), request.POST.get("role", "")
    if role == "duplicate_of":
        store.link(user_id, invoice_id, expected_version=posted_version(request), duplicate_of=other)
    else:
        store.link(user_id, invoice_id, expected_version=posted_version(request), linked_to=other)
    messages.success(request, _("The two are joined."))
    return _to(invoice_id)


@require_POST
@member
def reread(request: HttpRequest, user_id: str, invoice_id: str) -> HttpResponse:
    """Read the original anew, with the reader and the vendor's row as they are today; what the person said stays."""
    process(store.invoice(user_id, invoice_id).s3_path)
    messages.success(request, _("It was read again. What you have said about it stays."))
    return _to(invoice_id)


def _to(invoice_id: str, name: str = "") -> HttpResponseRedirect:
    place = reverse("invoices:detail", args=[invoice_id])
    return HttpResponseRedirect(f"{place}#fact-{name}" if name else place)
