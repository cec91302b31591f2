"""`python docs/costs.py`: what a month costs at 1, 1,000 and 1,000,000 people, with every multiplication shown.

Prices lie in prices.yaml beside this file; what a person does in a month is the table below, from the sandbox's own counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

# What one person causes in a month. Sizes in KB, times in seconds.
INVOICES = Decimal(12)  # one of rent, the rest receipts
FETCHES = Decimal(26)  # rent on weekdays, retail on Sundays
AUDITS = Decimal(30)
VISITS = Decimal(40)  # pages and fragments
API_CALLS = Decimal(60)
ORIGINAL_KB = Decimal(120)
ROW_KB = Decimal(6)  # the base row, its detail, ledger, fingerprints: all that one invoice writes
KEPT_MONTHS = Decimal(12)  # what the storage figures assume has gathered
WRITES_PER_INVOICE = Decimal(28)  # rows, indexes, ledger steps, summary; a transaction counts double
READS_PER_VISIT = Decimal(8)
LOG_KB_PER_CALL = Decimal("1.2")
COLD_SHARE = Decimal("0.05")  # of the calls: whoever holds a secret then reads it once, which opens it with a key
TRACED_SHARE = Decimal("0.05")  # what Lambda keeps of the traces, beside the first of each second
MONTH_SECONDS = Decimal(2_592_000)
POLLS_PER_QUEUE = 5 * MONTH_SECONDS / 20  # Lambda holds five connections open, each of which asks again after 20 s
AUTHORIZING = Decimal("0.02")  # seconds before each API call: a signature and one read
MEASURES = Decimal(6)  # lambdas/measures.py


def _listed() -> dict[str, Any]:
    """functions.yaml, the one list of functions."""
    path = Path(__file__).parents[1] / "lambdas/functions.yaml"
    listed: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["functions"]
    return listed


def queues() -> Decimal:
    """How many queues feed functions."""
    return Decimal(sum(len(each.get("queues", ())) for each in _listed().values()))


def alarms() -> Decimal:
    """How many alarms terraform/alarms.tf makes, the one over two measures counted twice, as it is billed."""
    listed = _listed()
    streams = sum(len(each.get("streams", ())) for each in listed.values())
    watched = len(listed) + 1  # and the site
    # Dead letters and failures, age of the oldest, errors and throttles, streams, gateways; drift, gaps found, no audit, ask rate.
    return (queues() + 1) + queues() + 2 * watched + streams + 2 + 3 + 2


@dataclass(frozen=True, slots=True)
class Line:
    """One cost: so many of something at a price."""

    what: str
    count: Decimal
    unit: str
    price: Decimal

    @property
    def dollars(self) -> Decimal:
        return self.count * self.price


def lines(people: Decimal, price: dict[str, Decimal]) -> Iterator[Line]:
    """Everything a month costs for so many people."""
    told = people * (FETCHES * 2 + AUDITS + VISITS + API_CALLS)  # of these the authorizer, before each API call
    calls = told + people * (INVOICES * 4 + API_CALLS)
    yield Line("functions and site: computing", _seconds(people), "GB-s", price["lambda_gb_second"])
    yield Line("functions and site: calls", calls, "calls", price["lambda_request"])
    yield Line("HTTP APIs", people * (VISITS + API_CALLS), "requests", price["http_api_request"])
    yield from _tables(people, price)
    yield from _rental(people, price)
    yield from _originals(people, price)
    yield Line("queues: messages", people * (FETCHES + AUDITS) * 3, "requests", price["sqs_request"])
    yield Line("queues: asking for some", queues() * POLLS_PER_QUEUE, "requests", price["sqs_request"])
    yield Line("token key: uses", people * (FETCHES + AUDITS) * 2, "uses", price["kms_request"])
    yield Line("secrets: reads", told * COLD_SHARE, "reads", price["secret_request"] + price["kms_request"])
    yield Line("traces", min(calls, MONTH_SECONDS + calls * TRACED_SHARE), "traces", price["xray_trace"])
    yield Line("mails", people * 3, "mails", price["ses_mail"])
    yield Line("logs: taken in", calls * LOG_KB_PER_CALL / Decimal(1_000_000), "GB", price["logs_gb_in"])
    yield Line("logs: kept a year", calls * LOG_KB_PER_CALL * 12 / Decimal(1_000_000), "GB", price["logs_gb_month"])
    yield Line("sent to browsers", people * VISITS * 15 / Decimal(1_000_000), "GB", price["transfer_out_gb"])
    yield from _standing(price)


def _seconds(people: Decimal) -> Decimal:
    """GB-seconds of computing: fetching, auditing, reading, telling and summing up, pages, API calls with their authorizing."""
    fetching = FETCHES * Decimal("3") * Decimal("0.5") + AUDITS * Decimal("1.5") * Decimal("0.5")
    reading = INVOICES * Decimal("1.2") + INVOICES * 3 * Decimal("0.1") * Decimal("0.5")
    asking = VISITS * Decimal("0.12") + API_CALLS * (Decimal("0.05") + AUTHORIZING) * Decimal("0.5")
    return people * (fetching + reading + asking)


def _kept(people: Decimal) -> Decimal:
    """Gigabytes for each kilobyte that an invoice takes."""
    return people * INVOICES * KEPT_MONTHS / Decimal(1_000_000)


def _tables(people: Decimal, price: dict[str, Decimal]) -> Iterator[Line]:
    writes = people * (INVOICES * WRITES_PER_INVOICE + FETCHES * 6 + AUDITS * 3)
    reads = people * (VISITS * READS_PER_VISIT + API_CALLS * 4 + FETCHES * 20 + AUDITS * 20)
    yield Line("tables: writes", writes, "units", price["dynamodb_write_unit"])
    yield Line("tables: reads", reads, "units", price["dynamodb_read_unit"])
    yield Line("tables: storage", _kept(people) * ROW_KB * 2, "GB", price["dynamodb_gb_month"])
    yield Line("RetailInvoices: recovery", _kept(people) * ROW_KB, "GB", price["dynamodb_pitr_gb_month"])


def _originals(people: Decimal, price: dict[str, Decimal]) -> Iterator[Line]:
    yield Line("originals: storage", _kept(people) * ORIGINAL_KB, "GB", price["s3_gb_month"])
    yield Line("originals: puts", people * INVOICES, "puts", price["s3_put"])
    yield Line("originals: gets", people * INVOICES * 3, "gets", price["s3_get"])


def _rental(people: Decimal, price: dict[str, Decimal]) -> Iterator[Line]:
    """Capacity of the table and its index: 1 unit each way at rest, at most 10 as autoscaling is bounded."""
    units = min(
        Decimal(10),
        max(
            Decimal(1),
            (people * 3 / MONTH_SECONDS / Decimal("0.7") * 40).to_integral_value(rounding="ROUND_CEILING"),
        ),
    )
    hours = Decimal(730) * 2 * units
    yield Line(f"RentalInvoices: {units} units written", hours, "unit-hours", price["dynamodb_provisioned_write_hour"])
    yield Line(f"RentalInvoices: {units} units read", hours, "unit-hours", price["dynamodb_provisioned_read_hour"])


def _standing(price: dict[str, Decimal]) -> Iterator[Line]:
    yield Line("keys", Decimal(2), "keys", price["kms_key_month"])
    yield Line("secrets", Decimal(2), "secrets", price["secret_month"])
    yield Line("alarms", alarms(), "alarms", price["alarm_month"])
    yield Line("measures", MEASURES, "metrics", price["metric_month"])
    yield Line("dashboard", Decimal(1), "dashboards", price["dashboard_month"])


def options(price: dict[str, Decimal]) -> Iterator[Line]:
    """What keeping the site's start short would add, for one copy of 1 GB through the month."""
    month = Decimal(730 * 3600)
    yield Line("provisioned: one warm copy", month, "GB-s", price["provisioned_gb_second"])
    yield Line("SnapStart: a kept snapshot", month, "GB-s", price["snapstart_cached_gb_second"])
    yield Line("SnapStart: a thousand restores", Decimal(1000), "GB", price["snapstart_restored_gb"])


def prices() -> dict[str, Decimal]:
    """The list prices, exact."""
    text = (Path(__file__).with_name("prices.yaml")).read_text(encoding="utf-8")
    return {name: Decimal(str(value)) for name, value in yaml.safe_load(text).items()}


def table(title: str, rows: list[str]) -> str:
    """A Markdown table."""
    return "\n".join([f"### {title}", "", "| what | how much | at $ | $ a month |", "|---|---:|---:|---:|", *rows, ""])


def row(each: Line) -> str:
    """One line of the table, with its multiplication."""
    count = f"{each.count:,.3f}".rstrip("0").rstrip(".")
    return f"| {each.what} | {count} {each.unit} | {each.price.normalize():f} | {each.dollars:,.2f} |"


def together(found: list[Line]) -> str:
    """The line of the sum."""
    return f"| **together** | | | **{sum((each.dollars for each in found), Decimal(0)):,.2f}** |"


def main() -> None:
    """Print the tables."""
    price = prices()
    for people in (1, 1_000, 1_000_000):
        found = list(lines(Decimal(people), price))
        print(table(f"{people:,} {'person' if people == 1 else 'people'}", [*map(row, found), together(found)]))
    print(table("Options for the site's cold start", list(map(row, options(price)))))


if __name__ == "__main__":
    main()
