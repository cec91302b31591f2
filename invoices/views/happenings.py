"""Activity: what is being done right now, and what became of every mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import mailboxes, preferences
from invoices import exporting, jobs, ledger, limits, notices, notifications, packs, redrive
from invoices.rereading import request_reread
from invoices.views.door import member, page
from paypulse.core.clock import now

_SHOWN_JOBS = 8
# A job says how far it is every few minutes at least: one that has said nothing for so long is not watched any more.
_STALLED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """A job with how much of it is done: `settled` of `found`, and whether it still moves."""

    job: jobs.Job

    @property
    def found(self) -> int:
        return self.job.counts.get("found", 0)

    @property
    def settled(self) -> int:
        return sum(self.job.counts.get(name, 0) for name in ("stored", "duplicate", "ignored", "failed"))

    @property
    def files(self) -> tuple[packs.Part, ...]:
        """What can be fetched of an export of a list."""
        return packs.parts(self.job) if self.job.kind == exporting.KIND else ()

    @property
    def failure(self) -> str:
        """Why it failed, without what is added to the reason."""
        return (self.job.error or "").partition(":")[0]

    @property
    def is_running(self) -> bool:
        return not self.job.state.is_final and now() - self.job.updated_at < _STALLED


@require_GET
@member
def activity(request: HttpRequest, user_id: str) -> HttpResponse:
    """The jobs, a page of the ledger's lines and its counts, which add up to all it holds or say that there is more.

    `?all=1` counts the whole ledger, however long it is.
    """
    wanted = request.GET.get("state", "")
    state = ledger.EntryState(wanted) if wanted in set(ledger.EntryState) else None
    counts, is_whole = (ledger.counts(user_id), True) if "all" in request.GET else ledger.recent_counts(user_id)
    context = {
        **progress_of(user_id),
        "counts": {str(state): n for state, n in counts.items()},
        "all": sum(counts.values()),
        "is_whole": is_whole,
        "state": state,
        "entries": ledger.entries(user_id, state=state, limit=50, cursor=request.GET.get("cursor") or None),
        "mailboxes": mailboxes.mailboxes(user_id),
        "untold": _untold(request, user_id),
    }
    return page(request, "invoices/activity.html", context)


def _untold(request: HttpRequest, user_id: str) -> tuple[notices.Notice, ...]:
    """What the person's own server has not taken, if they have one."""
    has_server = preferences.webhook_url(getattr(request.user, "preferences", {}))
    return notices.undelivered(user_id, channel=notifications.WEBHOOK) if has_server else ()


@require_POST
@member
def again(request: HttpRequest, user_id: str) -> HttpResponse:
    """Fetch what was given up once more."""
    limits.fetching(user_id)
    count = redrive.give_another_try(user_id)
    said = ngettext("%(n)d mail is fetched again.", "%(n)d mails are fetched again.", count)
    messages.success(request, said % {"n": count})
    return HttpResponseRedirect(reverse("invoices:activity"))


@require_POST
@member
def reread(_request: HttpRequest, user_id: str) -> HttpResponse:
    """Have every stored document read anew; what the person said stays."""
    limits.fetching(user_id)
    request_reread(user_id)
    return HttpResponseRedirect(reverse("invoices:activity"))


@require_GET
@member
def progress(request: HttpRequest, user_id: str) -> HttpResponse:
    """How the running jobs are getting on: what the pages ask for every second or two while something runs."""
    found = progress_of(user_id)
    answer = page(request, "invoices/progress.html", found)
    if request.GET.get("was") == "running" and not found["any_running"]:
        answer["HX-Refresh"] = "true"
    return answer


def progress_of(user_id: str) -> dict[str, Any]:
    """The latest jobs, whether any still runs, and the very latest: what progress.html shows."""
    found = [Progress(job) for job in jobs.jobs(user_id, limit=_SHOWN_JOBS)]
    running = any(each.is_running for each in found)
    return {"progress": found, "any_running": running, "latest": found[0] if found else None}
