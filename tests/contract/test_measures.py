"""What the functions count is what the alarms and the dashboard look at."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta

import pytest

from invoices.invoice import InvoiceState
from lambdas import audit_gaps
from lambdas.bundle.imports import ROOT
from lambdas.measures import DIMENSIONS, Measure
from lambdas.watch_vendors import handler as watch_vendors
from paypulse.core.clock import now
from paypulse.sandbox.documents.mail import Attachment, Envelope, mail
from paypulse.sandbox.google import FakeGoogle
from tests.feature.invoices.world import EMAIL, Context, World, queue_event, taken


@pytest.fixture
def world(aws: None, google: FakeGoogle) -> World:
    return World.made(google)


def counted(capsys: pytest.CaptureFixture[str]) -> Counter[str]:
    """{measure: number} of what was printed since last asked, as CloudWatch reads it off the log."""
    found: Counter[str] = Counter()
    for line in capsys.readouterr().out.splitlines():
        if '"_aws"' in line:
            said = json.loads(line)
            (about,) = said["_aws"]["CloudWatchMetrics"]
            assert (about["Namespace"], about["Dimensions"]) == ("paypulse", [list(DIMENSIONS)])
            assert {name: said[name] for name in DIMENSIONS} == DIMENSIONS
            found.update({each["Name"]: sum(said[each["Name"]]) for each in about["Metrics"]})
    return found


def test_documents_that_were_read_and_those_that_ask_are_counted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.receipt(1)
    sent = now() - timedelta(days=2)
    envelope = Envelope(sender="no-reply@kvitto.nordkorg.example", subject="Ditt kvitto", sent=sent)
    broken = mail(envelope, text="Hej", attachments=[Attachment("kvitto.pdf", b"%PDF-1.7 torn off")])
    world.google.deliver(EMAIL, broken, sent=sent)
    world.sync()
    found = counted(capsys)
    assert Counter(each.state for each in world.invoices()) == {InvoiceState.OK: 1, InvoiceState.NEEDS_LOOK: 1}
    assert (found[Measure.MAILS_STORED], found[Measure.MAILS_FAILED]) == (2, 0)
    assert (found[Measure.DOCUMENTS_READ], found[Measure.DOCUMENTS_ASKING]) == (2, 1)


def test_gaps_and_drifting_vendors_are_counted_also_when_there_are_none(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.receipt(1)
    audit_gaps.handler({}, Context())
    audit_gaps.handler(queue_event(taken("audit-gaps")), Context())
    watch_vendors({}, Context())
    found = counted(capsys)
    assert found[Measure.GAPS_FOUND] == 1
    assert (Measure.DRIFTING_VENDORS in found, found[Measure.DRIFTING_VENDORS]) == (True, 0)


def test_terraform_looks_at_every_measure_and_at_no_other() -> None:
    told = "".join((ROOT / "terraform" / name).read_text(encoding="utf-8") for name in ("alarms.tf", "dashboard.tf"))
    ours = set(re.findall(r'"((?:Documents|Mails|Gaps|Drifting)\w+)"', told))
    assert ours == {str(each) for each in Measure}
    assert f'counted = {{ service = "{DIMENSIONS["service"]}" }}' in told
