"""Taking everything along: a background job, ZIPs that lie ready for a week, and nobody else's data in them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from functools import partial

import boto3
import pytest
from django.test import Client

from accounts import personal_tokens, store
from accounts.claims import Scope
from invoices import jobs, packs, uploads
from lambdas import export_account
from paypulse import takeout
from paypulse.core.aws import client
from paypulse.core.clock import frozen, now
from paypulse.core.config import config
from paypulse.core.errors import NotFoundError
from tests.feature.invoices.world import Context
from tests.feature.killing import is_killed

PASSWORD = "korvstroganoff-och-ris"
PAGE = "/accounts/settings/data/"
DOCUMENTS = [b"<html><body><h1>Receipt</h1><p>Total %d.50 EUR</p></body></html>" % number for number in range(30)]

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    user_id = store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id
    for number, content in enumerate(DOCUMENTS):
        uploads.upload(user_id, filename=f"notes-{number}.html", content=content)
    return user_id


@pytest.fixture
def bob() -> str:
    return store.create_user(email="bob@example.com", name="Bob", password=PASSWORD).user_id


def browser(email: str = "alice@example.com") -> Client:
    client = Client()
    client.post("/accounts/sign-in/", {"email": email, "password": PASSWORD})
    return client


def work() -> None:
    """What the queue does: hand each waiting message to the function."""
    sqs = boto3.client("sqs")
    address = sqs.get_queue_url(QueueName=config().jobs_queue)["QueueUrl"]
    for message in sqs.receive_message(QueueUrl=address, MaxNumberOfMessages=10).get("Messages", []):
        export_account.handler({"Records": [{"body": message["Body"]}]}, Context())
        sqs.delete_message(QueueUrl=address, ReceiptHandle=message["ReceiptHandle"])


def waiting() -> int:
    sqs = boto3.client("sqs")
    address = sqs.get_queue_url(QueueName=config().jobs_queue)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["ApproximateNumberOfMessages"])
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def packed(user_id: str) -> dict[str, bytes]:
    (job,) = [each for each in jobs.jobs(user_id) if each.kind == takeout.KIND]
    found = {}
    for part in takeout.parts(job):
        body = boto3.client("s3").get_object(Bucket=config().invoices_bucket, Key=part.key)["Body"].read()
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            found |= {name: pack.read(name) for name in pack.namelist()}
    return found


def test_an_export_holds_the_originals_and_every_row(alice: str) -> None:
    secret = personal_tokens.make(alice, name="script", scopes=(Scope.READ,))
    person = browser()
    assert person.post(f"{PAGE}export/")["Location"] == PAGE
    assert "documents" in person.get(PAGE).text
    work()
    files = packed(alice)
    originals = [content for name, content in files.items() if name.startswith("originals/")]
    assert sorted(originals) == sorted(DOCUMENTS), "every original, also what was not read as an invoice"
    assert json.loads(files["account.json"])["email"] == "alice@example.com"
    assert files["invoices.csv"].startswith(b"\xef\xbb\xbfdate,")
    assert any(name.startswith("rows/AuditEvents") for name in files)
    everything = b"".join(files.values())
    assert secret.encode() not in everything and b"argon2" not in everything and b"session_data" not in everything


def test_asking_twice_makes_one_export_and_a_second_delivery_changes_nothing(alice: str) -> None:
    one, other = takeout.request(alice), takeout.request(alice)
    assert one.job_id == other.job_id
    made = takeout.make(alice, one.job_id)
    assert takeout.make(alice, one.job_id) == made
    assert takeout.request(alice).job_id != one.job_id


def test_an_export_whose_message_was_lost_is_set_going_by_asking_again(alice: str) -> None:
    assert is_killed(2, partial(takeout.request, alice)), "between the job and its message"
    (lost,) = [each for each in jobs.jobs(alice) if each.kind == takeout.KIND]
    assert takeout.request(alice).job_id == lost.job_id and waiting() == 0
    with frozen(now() + timedelta(minutes=16)):
        assert takeout.request(alice).job_id == lost.job_id and waiting() == 1
    work()
    assert takeout.parts(jobs.job(alice, lost.job_id)) != ()


def test_an_export_tells_how_far_it_is(alice: str) -> None:
    job, seen = takeout.request(alice), []

    def look(**_: object) -> None:
        seen.append(jobs.job(alice, job.job_id).counts)

    client("s3").meta.events.register("before-call.s3.PutObject", look)
    try:
        takeout.make(alice, job.job_id)
    finally:
        client("s3").meta.events.unregister("before-call.s3.PutObject", look)
    assert [(each["stored"], each["found"]) for each in seen] == [(25, 30)], "before the ZIP is up"
    assert "Part 1" in browser().get(PAGE).text


def test_the_link_is_the_owners_and_ends(alice: str, bob: str) -> None:
    job = takeout.request(alice)
    takeout.make(alice, job.job_id)
    place = f"{PAGE}export/{job.job_id}/1/"
    answer = browser().get(place)
    assert answer.status_code == 302 and f"exports/{alice}/" in answer["Location"]
    assert browser("bob@example.com").get(place).status_code == 404
    assert browser().get(f"{PAGE}export/{job.job_id}/2/").status_code == 404
    with frozen(now() + timedelta(days=7, seconds=1)), pytest.raises(NotFoundError):
        takeout.link(alice, job.job_id, 1)


def test_an_export_of_somebody_who_left_ends_quietly(alice: str) -> None:
    export_account.handler(
        {"Records": [{"body": json.dumps({"user_id": "user_gone", "job_id": "job_gone"})}]}, Context()
    )
    with pytest.raises(NotFoundError):
        takeout.make(alice, "job_gone")


def attempt(user_id: str, job_id: str, *, number: int, seconds: float = 300) -> None:
    """What the queue does the `number`-th time that it hands out the message."""
    record = {
        "body": json.dumps({"kind": takeout.KIND, "user_id": user_id, "job_id": job_id}),
        "attributes": {"ApproximateReceiveCount": str(number)},
    }
    export_account.handler({"Records": [record]}, Context(seconds))


def test_an_export_that_keeps_failing_says_so_after_its_last_try_and_not_before(alice: str) -> None:
    job = takeout.request(alice)

    def refuse(**_: object) -> None:
        raise ConnectionError

    client("s3").meta.events.register("before-call.s3.PutObject", refuse)
    try:
        for number in range(1, config().max_receives + 1):
            assert not jobs.job(alice, job.job_id).state.is_final
            with pytest.raises(ConnectionError):
                attempt(alice, job.job_id, number=number)
    finally:
        client("s3").meta.events.unregister("before-call.s3.PutObject", refuse)
    failed = jobs.job(alice, job.job_id)
    assert (failed.state, failed.error) == (jobs.JobState.FAILED, "kept_failing")
    person = browser()
    assert "Did not work" in person.get(PAGE).text and "failed each time" in person.get("/activity/").text

    attempt(alice, job.job_id, number=1)  # the dead letter is brought back
    assert takeout.parts(jobs.job(alice, job.job_id)) != ()


def test_an_export_without_time_enough_fails_before_the_function_is_ended(alice: str) -> None:
    job = takeout.request(alice)
    with pytest.raises(packs.TooLongError):
        attempt(alice, job.job_id, number=config().max_receives, seconds=10)
    assert jobs.job(alice, job.job_id).state is jobs.JobState.FAILED
