"""The API as deployed: API Gateway's HTTP API in front of the functions, spoken to over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from docs.client import ApiError, PayPulse, RetailRow
from invoices.parsing.result import Kind
from lambdas.api.openapi import FILE
from paypulse.core.categories import SubType
from paypulse.sandbox.documents.receipts import Item, ReceiptFacts, receipt_pdf
from paypulse.sandbox.documents.rent import rent_notice
from paypulse.sandbox.people import ALICE
from tests.e2e.running import ROOT, Running, eventually
from tests.e2e.test_the_whole_way import rent

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600), pytest.mark.xdist_group("sandbox")]

# A value that fits its schema may still be refused: 401 for a wrong password, 403 for a scope, 404 for an id of nobody's,
# 409 for what is there already, 422 for what no schema can say, 429 for trying often; 304 is what If-None-Match asks for.
CONFIG = """
hooks = "tests.documents_as_bodies"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "422", "429"]

[dictionaries.invoices]
values = {invoices}

[dictionaries.jobs]
values = {jobs}

[parameters]
"path.invoice_id" = {{ dictionary = "invoices", probability = 0.7 }}
"path.job_id" = {{ dictionary = "jobs", probability = 0.7 }}
"""


@pytest.fixture
def somebody(sandbox: Running) -> PayPulse:
    """A person of their own, who has just signed up."""
    who = {"email": f"{uuid4().hex}@example.com", "name": "Nova", "password": f"korvstroganoff-{uuid4().hex}"}
    return PayPulse(sandbox.api, PayPulse(sandbox.api).call("POST", "/auth/signup", who)["access_token"])


def receipt(total: str) -> bytes:
    item = Item(name="Skrivbordslampa", price=Decimal(total))
    facts = ReceiptFacts(
        vendor="Elgiganten",
        sub_type=SubType.TECHNOLOGY,
        kind=Kind.RECEIPT,
        invoice_date=date.today(),
        items=(item,),
        order_number=f"A{total}",
        tax=(Decimal(total) / 5).quantize(Decimal("0.01")),
    )
    return receipt_pdf(facts)


def listed(api: PayPulse) -> dict[str, RetailRow]:
    return {row.InvoiceID: row for row in api.retail()}


def there(api: PayPulse) -> list[str]:
    """The ids of everything there is."""
    return [*listed(api), *(row["InvoiceID"] for rows in api.rental().values() for row in rows)]


def test_the_documented_client_signs_in_and_lists(sandbox: Running) -> None:
    api = PayPulse(sandbox.api).login(ALICE[0], sandbox.passwords[ALICE[0]])

    # On a busy machine the last mails may still be read when the sandbox is up.
    eventually(lambda: sum(map(len, api.rental().values())) >= 12, within=180)
    rows = eventually(lambda: kept if len(kept := list(api.retail())) > 50 else [], within=180)
    assert all(isinstance(row.total_amount, Decimal | int | None) for row in rows)
    eventually(lambda: sum(api.counts().values()) == len(rows), within=180)


def test_the_documented_client_uploads_corrects_and_gets_the_original(somebody: PayPulse, tmp_path: Path) -> None:
    file = tmp_path / "kvitto å&+.pdf"
    file.write_bytes(receipt("432.10"))
    [invoice_id] = somebody.upload(file)
    row = eventually(lambda: listed(somebody).get(invoice_id), within=120)
    assert row is not None and row.total_amount == Decimal("432.10")

    assert somebody.correct(row, total_amount="432.15")["total_amount"] == Decimal("432.15")
    with pytest.raises(ApiError) as late:
        somebody.correct(row, total_amount="1")
    assert (late.value.status, late.value.code) == (409, "INVALID_REQUEST")
    assert somebody.original(row) == file.read_bytes()


def test_the_documented_client_has_mail_fetched_once(sandbox: Running) -> None:
    api = PayPulse(sandbox.api).login(ALICE[0], sandbox.passwords[ALICE[0]])
    first = api.fetch(once="nightly-1")
    again = api.fetch(once="nightly-1")

    assert again == first
    assert first.get("state", "done") == "done"


def test_a_wrong_password_is_told_in_the_published_words(sandbox: Running) -> None:
    with pytest.raises(ApiError) as refused:
        PayPulse(sandbox.api).login(ALICE[0], "wrong")

    assert (refused.value.status, refused.value.code) == (401, "INVALID_CREDENTIALS")


def test_unknown_routes_and_methods_are_told_apart(sandbox: Running) -> None:
    unknown = requests.get(f"{sandbox.api}/nothing", timeout=30)
    wrong = requests.put(f"{sandbox.api}/user/me", timeout=30)

    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "INVALID_REQUEST")
    assert (wrong.status_code, sorted(wrong.headers["allow"].split(", "))) == (405, ["DELETE", "GET"])


def test_what_a_client_has_is_not_sent_again(somebody: PayPulse) -> None:
    bearer = {"authorization": f"Bearer {somebody.token}"}
    first = requests.get(f"{somebody.address}/user/me", headers=bearer, timeout=30)
    again = requests.get(
        f"{somebody.address}/user/me", headers={**bearer, "if-none-match": first.headers["etag"]}, timeout=30
    )

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_document_is_served_as_it_is_in_the_project_with_a_page_to_read(sandbox: Running) -> None:
    served = requests.get(f"{sandbox.api}/openapi.json", timeout=30)
    page = requests.get(f"{sandbox.api}/docs", timeout=30)

    assert served.text == FILE.read_text()
    assert "POST /v1/auth/login" in page.text
    assert requests.get(f"{sandbox.api}/docs.css", timeout=30).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_the_documented_shell_lines_work_as_they_stand(sandbox: Running, name: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    (tmp_path / "receipt.pdf").write_bytes(receipt("88.40"))
    lines = shell_lines(ROOT / name).replace("API='…'", f"API='{sandbox.api}'")
    lines = lines.replace("PASSWORD='…'", f"PASSWORD='{sandbox.passwords[ALICE[0]]}'")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    answers = list(json_texts(done.stdout))
    assert len(answers) == lines.count("curl -s") - 1
    assert not [each for each in answers if "error" in each], answers


def shell_lines(document: Path) -> str:
    """The block of indented lines that begins with API=."""
    block = re.search(r"(?m)^    API=(?:.*\n(?:    |$))+.*", document.read_text())
    assert block
    return "\n".join(line[4:] for line in block[0].splitlines())


def json_texts(text: str) -> Iterator[dict[str, Any]]:
    while text := text.strip():
        found, end = json.JSONDecoder().raw_decode(text)
        yield found
        text = text[end:]


@pytest.fixture
def flood(sandbox: Running) -> Iterator[None]:
    """What the test asks too often is forgotten after it: the stories that follow sign in from the same address."""
    yield
    dynamodb = sandbox.client("dynamodb")
    for row in sandbox.rows("Throttles"):
        dynamodb.delete_item(TableName="Throttles", Key={"ThrottleKey": row["ThrottleKey"]})


@pytest.mark.usefixtures("flood")
def test_any_request_gets_a_documented_answer(somebody: PayPulse, tmp_path: Path) -> None:
    """Schemathesis over every operation with all checks, as somebody who may be lost; closing the account comes last."""
    made = [*(receipt(f"{number}00.00") for number in range(1, 6)), rent_notice(rent())]
    for content in made:
        (tmp_path / "document.pdf").write_bytes(content)
        somebody.upload(tmp_path / "document.pdf")
    rows = eventually(lambda: found if len(found := there(somebody)) == len(made) else [], within=120)
    job = somebody.call("POST", "/invoices/upload?filename=page.html", b"<html>Kvitto", media="text/html")["job_id"]
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(invoices=json.dumps(rows), jobs=json.dumps([job])))
    address = somebody.address.removesuffix("/v1")
    command = [Path(sys.executable).with_name("st"), "--config-file", config, "run", FILE, "--url", address]
    options = ["--checks", "all", "--max-examples", "5", "--seed", "1", "--no-color"]
    options += ["--header", f"Authorization: Bearer {somebody.token}", "--phases", "examples,coverage,fuzzing"]
    for seconds, *chosen in (("150", "--exclude-path", "/v1/user/me"), ("20", "--include-path", "/v1/user/me")):
        run = subprocess.run(
            [*command, *options, "--max-time", seconds, *chosen], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout[-6000:]
        selected, tested = re.findall(r"(?:Selected|Tested): (\d+)", run.stdout)
        assert selected == tested, "the time was up before every operation had its turn"


def test_a_phone_is_registered_and_removed_over_the_gateway(sandbox: Running, somebody: PayPulse) -> None:
    sns, token = sandbox.client("sns"), f"phone-{uuid4().hex}"
    phone = {"token": token, "name": "Pixel", "turn_on": True}
    made = somebody.call("POST", "/user/push-devices", phone)
    assert somebody.call("POST", "/user/push-devices", phone) == made

    (platform,) = sns.list_platform_applications()["PlatformApplications"]
    (arn,) = (arn for arn in listening(sns) if attributes(sns, arn)["Token"] == token)
    assert arn.startswith(platform["PlatformApplicationArn"])

    left = somebody.call("DELETE", f"/user/push-devices/{made['device_id']}")

    assert left == {"offered": True, "on": True, "devices": []}
    assert arn not in listening(sns)


def listening(sns: Any) -> list[str]:
    """The endpoints of phones that are subscribed to a topic."""
    found = sns.list_subscriptions()["Subscriptions"]
    return [each["Endpoint"] for each in found if each["Protocol"] == "application"]


def attributes(sns: Any, arn: str) -> dict[str, str]:
    found: dict[str, str] = sns.get_endpoint_attributes(EndpointArn=arn)["Attributes"]
    return found
