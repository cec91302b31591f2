"""The functions' structured log: ids and counts only."""

from __future__ import annotations

from aws_lambda_powertools import Logger

log = Logger(service="paypulse", log_uncaught_exceptions=False, utc=True)
