"""The site as Zappa packs it, run by the functions' own Python from its package alone, spoken to in API Gateway's events."""

from __future__ import annotations

import base64
import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest

from bench.coldstart import Subject, first_page, site_settings
from lambdas.bundle import Architecture
from lambdas.bundle.bytecode import RUNTIME, interpreter
from lambdas.bundle.imports import ROOT
from lambdas.bundle.site import build
from paypulse.sandbox import emulator
from paypulse.sandbox.documents.receipts import newsletter_html

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("site")]
EVENT = json.loads((ROOT / "tests/data/apigateway_v2.json").read_text())
HOST = EVENT["headers"]["host"]
# Modules that a process may hold after its first page: a guard against growth, steadier than milliseconds.
MOST_MODULES = 1200
PASSWORD = "long enough to be good 42"
SEED = """
import sys
from accounts import store
from invoices.uploads import upload
from invoices.processing import process
from paypulse.sandbox import provision
from paypulse.sandbox.documents.rent import RentFacts, RentLine, RentPart, rent_notice
from datetime import date
from decimal import Decimal
provision.make_tables(); provision.make_buckets(); provision.make_queues(); provision.make_key()
alice = store.create_user(email="alice@example.com", name="Alice", password=sys.argv[1])
store.create_user(email="stina@example.com", name="Stina", password=sys.argv[1], is_staff=True, is_superuser=True)
notice = rent_notice(RentFacts(
    landlord="Björkgården Bostäder AB", tenant="Alice", invoice_number="20261101", invoice_date=date(2026, 11, 1),
    due_date=date(2026, 11, 30), period_start=date(2026, 12, 1), period_end=date(2026, 12, 31),
    lines=(RentLine(RentPart.BASE_RENT, "Hyra", Decimal("8450.00")),)))
kept = upload(alice.user_id, filename="hyra.pdf", content=notice)
for key in kept.keys:
    process(key)
open(sys.argv[2], "wb").write(notice)
print(kept.invoice_ids[0])
"""


class Browser:
    """Speaks to the packed site in events, keeping cookies as a browser does."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, *, form: dict[str, str] | None = None, body: bytes = b"", kind: str = ""
    ) -> Answer:
        event = copy.deepcopy(EVENT)
        event["rawPath"], _, event["rawQueryString"] = path.partition("?")
        event["requestContext"]["http"] |= {"method": method, "path": event["rawPath"]}
        if form is not None:
            body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        if method == "POST":
            event["headers"] |= {"content-type": kind, "content-length": str(len(body)), "origin": f"https://{HOST}"}
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        event["headers"]["cookie"] = "; ".join(event["cookies"])
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(event) + "\n")
        self.process.stdin.flush()
        answer = Answer(json.loads(self.process.stdout.readline()))
        self.cookies |= dict(each.partition(";")[0].strip().split("=", 1) for each in answer.raw.get("cookies", ()))
        return answer

    def send(self, path: str, **form: str) -> Answer:
        """Open the page, take its form's token, and send the form."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", path).text)
        assert token, path
        return self.ask("POST", path, form={**form, "csrfmiddlewaretoken": token[1]})


class Answer:
    """What the gateway would be given."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.status = raw["statusCode"]
        self.headers = Message()
        for name, value in raw["headers"].items():
            self.headers[name] = value

    @property
    def content(self) -> bytes:
        body = self.raw.get("body") or ""
        return base64.b64decode(body) if self.raw["isBase64Encoded"] else body.encode()

    @property
    def text(self) -> str:
        return self.content.decode()


@pytest.fixture(scope="module")
def python() -> Path:
    found = interpreter()
    if not found:
        pytest.skip(f"no Python {RUNTIME} on this machine")
    return found


@pytest.fixture(scope="module")
def package(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"), Architecture.here(), wheelhouse=ROOT / "build/wheels")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[emulator.Emulator, str, bytes]]:
    """An emulator with Alice, Stina and one rent notice: its id, and the PDF."""
    emulator.install()
    folder = tmp_path_factory.mktemp("seeded")
    with emulator.running(folder / "aws") as aws:
        settings = {**os.environ, **aws.environment(), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", SEED, PASSWORD, str(folder / "hyra.pdf")]
        done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield aws, done.stdout.split()[-1], (folder / "hyra.pdf").read_bytes()


@pytest.fixture(scope="module")
def lambda_process(
    python: Path, package: Path, seeded: tuple[emulator.Emulator, str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(package) as archive:
        archive.extractall(folder)
    settings = {
        **seeded[0].environment(),
        "PATH": os.defpath,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PAYPULSE_ENV": "production",
        "PAYPULSE_SECRET_KEY": "s" * 48,
        "PAYPULSE_ALLOWED_HOSTS": HOST,
        "PAYPULSE_SITE_URL": f"https://{HOST}",
        "DJANGO_SETTINGS_MODULE": "paypulse.settings",
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "1",
    }
    log = (folder.parent / "site.log").open("w+")
    command = [str(python), "-S", str(ROOT / "tests/contract/site_process.py")]
    process = subprocess.Popen(
        command, cwd=folder, env=settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
    )
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def browser(lambda_process: subprocess.Popen[str]) -> Browser:
    return Browser(lambda_process)


@pytest.fixture
def alice(browser: Browser) -> Browser:
    signed_in = browser.send("/accounts/sign-in/", email="alice@example.com", password=PASSWORD)
    assert (signed_in.status, signed_in.headers["Location"]) == (302, "/"), signed_in.text
    return browser


def test_a_page_is_answered_with_its_policy(browser: Browser) -> None:
    page = browser.ask("GET", "/accounts/sign-in/")
    assert page.status == 200 and "<form" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "__Host-csrftoken" in browser.cookies and all(name.startswith("__Host-") for name in browser.cookies)


def test_a_form_with_its_token_signs_in_and_one_without_is_refused(alice: Browser) -> None:
    assert "Alice" in alice.ask("GET", "/").text
    assert alice.ask("POST", "/sync/", form={}).status == 403


def test_a_static_file_has_its_type_and_may_be_kept_for_ever(browser: Browser) -> None:
    found = re.search(r'href="(/static/paypulse\.[0-9a-f]+\.css)"', browser.ask("GET", "/accounts/sign-in/").text)
    assert found
    style = browser.ask("GET", found[1])
    assert style.status == 200 and style.headers["Content-Type"].startswith("text/css")
    assert "immutable" in style.headers["Cache-Control"]


def test_a_pdf_comes_down_byte_for_byte(alice: Browser, seeded: tuple[emulator.Emulator, str, bytes]) -> None:
    _, invoice_id, pdf = seeded
    answer = alice.ask("GET", f"/invoices/{invoice_id}/download/")
    assert (answer.status, answer.raw["isBase64Encoded"]) == (200, True)
    assert answer.content == pdf


def test_a_page_of_the_original_is_drawn_as_a_picture(
    alice: Browser, seeded: tuple[emulator.Emulator, str, bytes]
) -> None:
    answer = alice.ask("GET", f"/invoices/{seeded[1]}/original/1.png")
    assert answer.status == 200 and answer.content.startswith(b"\x89PNG")


def test_an_upload_arrives_as_it_was_sent(alice: Browser) -> None:
    page = alice.ask("GET", "/upload/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    field = re.search(r'type="file"[^>]*name="(\w+)"|name="(\w+)"[^>]*type="file"', page.text)
    assert token and field
    html = newsletter_html("Fröjd & Söner", "sv", offers={"Ljus": "49 kr"}).encode()
    parts = [
        ('name="csrfmiddlewaretoken"', token[1].encode()),
        (f'name="{field[1] or field[2]}"; filename="brev.html"\r\nContent-Type: text/html', html),
    ]
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), content)
        for head, content in parts
    )
    answer = alice.ask("POST", "/upload/", body=body + b"--edge--\r\n", kind="multipart/form-data; boundary=edge")
    assert answer.status in (200, 302), answer.text


def test_staff_sign_in_to_the_admin(browser: Browser) -> None:
    browser.send("/accounts/sign-in/", email="stina@example.com", password=PASSWORD)
    admin = browser.ask("GET", "/admin/")
    assert admin.status == 200 and "/admin/vendors/vendorconfig/" in admin.text


def test_a_person_is_no_staff(alice: Browser) -> None:
    assert alice.ask("GET", "/admin/").status in (302, 403)


def test_a_first_page_imports_no_more_than_it_needs(python: Path, package: Path, tmp_path: Path) -> None:
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    site = Subject("site", tmp_path, first_page(), settings=site_settings())
    site.start(python)
    ((_, _, modules),) = site.took
    assert modules <= MOST_MODULES, f"the first page imports {modules} modules; what became heavier?"


def test_the_package_holds_no_sandbox_no_tests_and_nothing_of_who_built_it(package: Path) -> None:
    names = ZipFile(package).namelist()
    assert not [
        name
        for name in names
        if name.startswith(("paypulse/sandbox/", "tests/", ".git", "bench/")) or name == "package_info.json"
    ]
    assert len(names) == len(set(names))
    assert package.stat().st_size < 45_000_000
