"""What the functions count, printed in CloudWatch's embedded format: names and numbers, never an id.

The alarms and the dashboard in terraform/ name these measures.
"""

from __future__ import annotations

from enum import StrEnum

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from paypulse.core.config import config

# One dimension for all functions, so that an alarm looks at the service and not at each of them.
DIMENSIONS = {"service": "paypulse"}


class Measure(StrEnum):
    """The names in CloudWatch, below the namespace that POWERTOOLS_METRICS_NAMESPACE says."""

    DOCUMENTS_READ = "DocumentsRead"
    DOCUMENTS_ASKING = "DocumentsAsking"
    MAILS_STORED = "MailsStored"
    MAILS_FAILED = "MailsFailed"
    GAPS_FOUND = "GapsFound"
    DRIFTING_VENDORS = "DriftingVendors"


def count(measure: Measure, number: int = 1) -> None:
    """Add `number` to `measure`."""
    namespace = config().metrics_namespace
    with single_metric(str(measure), MetricUnit.Count, number, namespace=namespace, default_dimensions=DIMENSIONS):
        pass
