"""A fetch function's worker in a process of its own, as Lambda keeps one: it takes a job's messages until the job is done."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invoices.jobs import job
from invoices.requests import queue_url
from lambdas import fetch_retail_invoices
from paypulse.core.aws import client
from paypulse.core.config import config

TIME_LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function: the time it still has really runs out."""

    ends: float
    function_name: str = "bench"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-north-1:000000000000:function:bench"
    aws_request_id: str = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - time.monotonic()) * 1000)


def main(user_id: str, job_id: str) -> None:
    """Print what the job took, as JSON: seconds, runs, the longest run, memory before and at its peak, what became of the mails."""
    url, before = queue_url(config().fetch_retail_invoices_queue), _peak_mb()
    began, runs = time.monotonic(), Counter[int]()
    while not job(user_id, job_id).state.is_final:
        for message in _received(url):
            started = time.monotonic()
            _handle(message)
            runs[int(time.monotonic() - started)] += 1
            client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    found = {
        "seconds": time.monotonic() - began,
        "runs": runs.total(),
        "longest_s": max(runs),
        "memory_at_start_mb": before,
        "memory_mb": _peak_mb(),
        "counts": dict(job(user_id, job_id).counts),
    }
    print(json.dumps(found))


def _handle(message: dict[str, Any]) -> None:
    record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}
    answer = fetch_retail_invoices.handler({"Records": [record]}, Context(time.monotonic() + TIME_LIMIT_S))
    if answer["batchItemFailures"]:
        raise SystemExit("the function failed")


def _received(url: str) -> list[dict[str, Any]]:
    answer = client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1, VisibilityTimeout=6 * TIME_LIMIT_S)
    return list(answer.get("Messages", ()))


def _peak_mb() -> float:
    # What getrusage tells of a child begins with what its parent held.
    [line] = [each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
