"""What is safe because something is not there, or is there everywhere: kept so."""

from __future__ import annotations

import ast
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

import pypdfium2
import pytest
import requests
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from zappa.wsgi import create_wsgi_request

from accounts import forms, store, tables, tokens
from invoices import documents, original, telling
from invoices.notices import Notice
from invoices.parsing.document import bounds
from invoices.parsing.document.errors import DocumentError
from invoices.parsing.document.pdf import read_pdf
from paypulse.core.clock import today
from paypulse.core.config import Config
from paypulse.sandbox.google import FakeGoogle, approve
from tests import household
from tests.feature.api.conftest import request_event, through_the_gateway
from tests.feature.test_access import pdf

ROOT = Path(__file__).parents[2]
DEPLOYED_FROM = ("accounts", "vendors", "invoices", "lambdas", "paypulse")
# What is deployed; the sandbox and what packs the functions stay on the machine that runs them.
DEPLOYED = [
    path
    for top in DEPLOYED_FROM
    for path in sorted((ROOT / top).rglob("*.py"))
    if "sandbox" not in path.parts and "bundle" not in path.parts
]
PASSWORD = "korvstroganoff-och-ris"
PAGES = ("/", "/invoices/", "/rent/", "/review/", "/vendors/", "/activity/", "/upload/", "/accounts/settings/")

pytestmark = pytest.mark.usefixtures("aws")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def called(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def importing(*modules: str) -> list[str]:
    return [f"{path.name}: {name}" for path in DEPLOYED for name in imported(path) if name.split(".")[0] in modules]


def calling(pattern: str) -> list[str]:
    return [f"{path.name}: {name}" for path in DEPLOYED for name in called(path) if re.fullmatch(pattern, name)]


@pytest.fixture
def browser() -> Client:
    alice = store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    household.receipt(alice.user_id, "1", day=today())
    client = Client()
    client.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    return client


def test_the_search_finds_what_it_looks_for() -> None:
    assert len(DEPLOYED) > 150 and importing("argon2") and calling("secrets.token_hex|token_hex")


def test_nothing_deployed_starts_a_process() -> None:
    assert importing("subprocess", "pty", "multiprocessing") == []
    assert calling(r"os\.(system|popen|exec\w*|spawn\w*|fork)") == []


def test_nothing_deployed_runs_text_or_opens_objects_from_outside() -> None:
    assert calling("eval|exec|compile|__import__") == []
    assert importing("pickle", "marshal", "shelve", "dill") == []


def test_templates_are_files_of_the_package() -> None:
    assert calling(r"(\w+\.)*(Template|from_string)") == []
    assert [each.get("DIRS", []) for each in settings.TEMPLATES] == [[]]


def test_nothing_is_hashed_by_what_is_broken() -> None:
    assert calling(r"hashlib\.(md5|sha1|new)|md5|sha1") == []


def test_what_must_not_be_guessed_comes_from_the_operating_system() -> None:
    known = {"recording.py: random", "gmail.py: random"}  # how long to wait before the next try
    assert set(importing("random")) == known


def test_nothing_turns_the_checking_of_certificates_off() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOYED)
    assert not re.search(r"verify\s*=\s*False|CERT_NONE|_create_unverified_context|check_hostname\s*=\s*False", text)


def test_own_domains_speak_tls_1_2_and_newer() -> None:
    wanted = re.findall(r'security_policy\s*=\s*"(\w+)"', (ROOT / "terraform/api.tf").read_text("utf-8"))
    assert wanted == ["TLS_1_2"]


def test_no_answer_lets_another_site_read_it(browser: Client) -> None:
    answers = [browser.get(place, headers={"origin": "https://other.example"}).headers for place in PAGES]
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    bearer = {"authorization": f"Bearer {tokens.issue(alice).token}", "origin": "https://other.example"}
    answers += [through_the_gateway(request_event("GET", "/v1/user/me", None, bearer))["headers"]]
    assert [name for headers in answers for name in headers if name.lower().startswith("access-control-")] == []


def test_trace_is_answered_by_nobody(browser: Client) -> None:
    assert {browser.generic("TRACE", place).status_code for place in PAGES} == {405}


def test_signing_out_is_in_sight_on_every_page(browser: Client) -> None:
    assert [place for place in PAGES if 'action="/accounts/sign-out/"' not in browser.get(place).text] == []


@pytest.mark.parametrize("place", ["sign-in/", "sign-up/", "confirm/", "settings/password/", "settings/delete/"])
def test_passwords_are_masked_and_may_be_pasted_by_a_manager(browser: Client, place: str) -> None:
    page = (Client() if place.startswith("sign-") else browser).get(f"/accounts/{place}").text
    fields = re.findall(r'<input[^>]*name="\w*password\w*"[^>]*>', page)
    assert fields and all('type="password"' in each and "autocomplete=" in each for each in fields)
    assert "onpaste" not in page


def test_a_browser_keeps_no_more_than_a_key_a_count_and_choices(browser: Client) -> None:
    for place in PAGES:
        browser.get(place)
    assert set(browser.cookies) <= {"sessionid", "csrftoken", "messages", "django_language", "theme", "keys", "look"}
    assert "localStorage" not in (ROOT / "paypulse/static/paypulse.js").read_text("utf-8")
    assert "sessionStorage" not in (ROOT / "paypulse/static/paypulse.js").read_text("utf-8")


def test_a_header_does_not_say_where_a_caller_is() -> None:
    client = Client()
    for attempt in range(101):
        headers = {"x-forwarded-for": f"198.51.100.{attempt}", "forwarded": f"for=198.51.100.{attempt}"}
        given = {"email": f"nobody{attempt}@example.com", "password": PASSWORD}
        answer = client.post("/accounts/sign-in/", given, headers=headers)
    assert "Too many attempts" in answer.text


def expressions(kind: type[ast.AST]) -> Iterator[tuple[ast.Module, str, Any]]:
    """Each node of the kind in what is deployed, with its module's tree and a name to find it by."""
    for path in DEPLOYED:
        yield from ((tree_of(path), path.name, node) for node in nodes(path) if isinstance(node, kind))


def is_ours(node: ast.expr, tree: ast.Module) -> bool:
    """Whether the text is written in the code or the translations, and nothing that a value could bring."""
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id="_" | "gettext" | "ngettext"), args=[*texts]):
            return all(isinstance(each, ast.Constant) for each in texts[:2] if not isinstance(each, ast.Name))
        case ast.Subscript(value=found):
            return is_ours(found, tree)
        case ast.Dict(values=texts) | ast.Tuple(elts=texts):
            return all(is_ours(each, tree) for each in texts)
        case ast.Name(id=name):
            assigned = (each for each in ast.walk(tree) if isinstance(each, ast.Assign | ast.AnnAssign) and each.value)
            found = [each.value for each in assigned if name in names_in(each)]
            return bool(found) and all(is_ours(each, tree) for each in found)
    return False


def names_in(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def test_no_value_is_ever_a_format() -> None:
    """`said % {...}` and `text.format(...)` on what the code itself says; a person's words go in, and are never what is filled."""
    filled = [
        (tree, name, node.left)
        for tree, name, node in expressions(ast.BinOp)
        if isinstance(node.op, ast.Mod) and isinstance(node.right, ast.Dict | ast.Tuple)
    ] + [
        (tree, name, node.func.value)
        for tree, name, node in expressions(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "format_map")
    ]
    # Handed on within their modules: the one looks its words up by language, the others unpack a pair of them.
    known = {"telling.py: words[name]", "letters.py: subject", "letters.py: text"}
    foreign = {f"{name}: {ast.unparse(text)}" for tree, name, text in filled if not is_ours(text, tree)}
    assert len(filled) > 20 and foreign <= known and calling(r"(string\.)?Formatter|.*vformat") == []


def test_words_that_look_like_formats_arrive_as_they_were_written(browser: Client) -> None:
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    hostile = "{link.__class__} {0} %(name)s %s ${x}"
    data = {"vendor": hostile, "amount": "1.00", "currency": "SEK", "due": "2026-12-01"}
    _, text = telling.letter(alice, Notice(user_id=alice.user_id, kind="new-rent", key="1", data=data))
    assert hostile in text
    upload = {"documents": SimpleUploadedFile(f"{hostile}.pdf", b"%PDF-1.4 nothing")}
    assert escape(f"{hostile}.pdf is kept") in browser.post("/upload/", upload, follow=True).text


STYLED = b"""<html><head><style>@import url(https://spy.example/a.css); p { background: url(https://spy.example/b.png) }</style>
<link rel="stylesheet" href="https://spy.example/c.css"><?xml-stylesheet href="https://spy.example/d.xsl"?></head>
<body><p style="background-image: url(https://spy.example/e.png); width: expression(steal())">**Total** [b]12.50[/b] {{ 7*7 }} SEK</p></body></html>"""


def test_styles_and_markup_of_a_document_call_nobody_and_are_worked_out_by_nobody(browser: Client) -> None:
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    made = household.receipt(alice.user_id, "2", day=today())
    documents.store(made.s3_path, STYLED, origin=documents.original(alice.user_id, made.s3_path).origin)
    shown = browser.get(f"/invoices/{made.invoice_id}/original/")
    assert "**Total** [b]12.50[/b] {{ 7*7 }} SEK" in shown.text
    assert not re.search(r"spy\.example|url\(|@import|expression|steal", shown.text)
    sources = {part.split()[0]: part.split()[1:] for part in shown["Content-Security-Policy"].split("; ")}
    assert sources["default-src"] == ["'none'"] and sources["style-src"] == ["'unsafe-inline'"] and "sandbox" in sources
    assert importing("markdown", "markdown2", "mistune", "commonmark", "docutils", "bbcode") == []
    assert calling(r"(etree\.)?(XSLT|XPath|XPathEvaluator)") == []


def test_memory_is_managed_by_python_and_what_reaches_past_it_names_its_sizes() -> None:
    """PDFium alone is called by ctypes: a rectangle by reference, and a buffer one larger than the length that is passed with it."""
    assert set(importing("ctypes", "cffi", "mmap")) == {"pdf.py: ctypes"}
    beside = {path.suffix for top in DEPLOYED_FROM for path in (ROOT / top).rglob("*")}
    assert ".py" in beside and beside.isdisjoint({".pyx", ".c", ".cc", ".cpp", ".rs", ".so", ".pyd"})
    (pdf,) = (path for path in DEPLOYED if path.name == "pdf.py")
    used = {name for name in called(pdf) if name.startswith("ctypes.") or "c_ushort" in name}
    assert used == {"ctypes.byref", "ctypes.c_ushort * (count + 1)"}
    assert "FPDFText_GetText(raw, 0, count, units)" in pdf.read_text("utf-8")


class Counted(pypdfium2.PdfDocument):
    """A document that knows whether it was closed."""

    opened: ClassVar[list[Counted]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_closed = False
        self.opened.append(self)

    def close(self) -> None:
        self.is_closed = True
        super().close()


def test_a_document_is_let_go_of_however_its_reading_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypdfium2, "PdfDocument", Counted)
    monkeypatch.setattr(Counted, "opened", [])
    content = pdf()
    read_pdf(content)
    with pytest.raises(DocumentError):
        read_pdf(content, deadline=bounds.Deadline(at=0.0))
    original.sheets(content)
    with pytest.raises(original.UnshowableError):
        original.page_picture(content, 2)
    assert len(Counted.opened) == 4 and all(each.is_closed for each in Counted.opened)


def test_pages_use_what_browsers_still_care_for() -> None:
    gone = r"<(applet|object|embed|bgsound|blink|marquee|frameset|frame|keygen|plaintext)\b|ActiveX|\.swf\b|clsid:|document\.write"
    shown = [
        path
        for top in ("paypulse", "vendors")
        for path in (ROOT / top).rglob("*")
        if path.suffix in (".html", ".js", ".css", ".svg")
    ]
    assert len(shown) > 70 and not [
        path.name for path in shown if re.search(gone, path.read_text("utf-8"), re.IGNORECASE)
    ]
    loaded = re.findall(r'<script[^>]* src="/static/([^"]+)"', Client().get("/accounts/sign-in/").text)
    assert loaded and {each.rpartition("/")[2] for each in loaded} == {"htmx-2.min.js", "paypulse.js"}
    assert all(finders.find(each) for each in loaded)


def test_nothing_from_outside_names_what_a_script_looks_up_or_sets() -> None:
    script = (ROOT / "paypulse/static/paypulse.js").read_text("utf-8")
    risky = r"__proto__|\bprototype\b|Object\.(assign|fromEntries|setPrototypeOf)|JSON\.parse|structuredClone|\b(merge|extend)\(|\beval\(|\w\[(?![\"'\d\]])"
    assert re.findall(risky, re.sub(r"`[^`]*`|\"[^\"]*\"", '""', script)) == []
    page = Client().get("/accounts/sign-in/").text
    assert '"allowEval":false' in page and '"selfRequestsOnly":true' in page


@pytest.mark.parametrize(
    "told", [{"content-length": "3"}, {"transfer-encoding": "chunked"}, {"content-length": "99999"}]
)
def test_what_a_request_is_ends_where_the_gateway_says_whatever_its_headers_claim(told: dict[str, str]) -> None:
    """Requests come as events, parsed once; no header decides again where one ends, so that none hides behind another."""
    store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    body = json.dumps({"email": "alice@example.com", "password": PASSWORD})
    event = request_event("POST", "/v1/auth/login", body, {"content-type": "application/json", **told})
    assert through_the_gateway(event)["statusCode"] == 200
    assert through_the_gateway({**event, "body": f"{body}GET /v1/user/me HTTP/1.1"})["statusCode"] == 400
    sent = {"version": "2.0", "headers": {"content-type": "text/plain", **told}, "isBase64Encoded": True}
    http = {"http": {"method": "POST", "path": "/upload/", "sourceIp": "203.0.113.7"}}
    environ = create_wsgi_request(
        {
            **sent,
            "rawPath": "/upload/",
            "rawQueryString": "",
            "requestContext": http,
            "body": b64encode(b"123456").decode(),
        },
        binary_support=True,
    )
    assert environ["CONTENT_LENGTH"] == "6" and environ["wsgi.input"].read() == b"123456"


def test_nobody_is_asked_for_a_hint_or_a_question_that_others_can_answer() -> None:
    asked = {
        name for form in vars(forms).values() if isinstance(form, type) for name in getattr(form, "base_fields", ())
    }
    api = json.loads((ROOT / "lambdas/api/openapi.json").read_text("utf-8"))["components"]["schemas"]
    asked |= {name for form in ("Signup", "Login") for name in api[form]["properties"]}
    kept = {each.attr_name for table in (tables.User, tables.SecondFactor) for each in table.get_attributes().values()}
    assert {"email", "password", "code"} <= asked and {"Email", "PasswordHash"} <= kept
    assert [
        name for name in asked | kept if re.search(r"hint|question|answer|reminder|birth|maiden|pet\b", name, re.I)
    ] == []


def test_there_is_one_authorization_server_and_no_answer_names_another(
    google: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [each.name for each in fields(Config) if "Google" in str(each.type)] == ["google"]
    google.add_account("alice@gmail.example")
    store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    browser, asked = Client(), list[str]()
    browser.post("/accounts/sign-in/", {"email": "alice@example.com", "password": PASSWORD})
    back = urlsplit(approve(browser.post("/accounts/google/start/")["Location"], email="alice@gmail.example"))
    send = requests.Session.send
    monkeypatch.setattr(
        requests.Session, "send", lambda self, request, **more: asked.append(request.url) or send(self, request, **more)
    )
    planted = "&iss=https://evil.example&token_uri=https://evil.example/token&token_endpoint=https://evil.example/token"
    assert browser.get(f"{back.path}?{back.query}{planted}").status_code == 302
    assert asked and {f"{urlsplit(each).scheme}://{urlsplit(each).netloc}" for each in asked} == {google.url}


# Which crypto is used where stands in docs/security.md, which a contract test holds to the code; here it is whose it is.
VALIDATED = {"argon2", "cryptography", "hashlib", "hmac", "jwt", "secrets", "ssl"}
FOREIGN = {
    "Crypto",
    "Cryptodome",
    "nacl",
    "rsa",
    "ecdsa",
    "passlib",
    "bcrypt",
    "scrypt",
    "OpenSSL",
    "pyaes",
    "blowfish",
    "itsdangerous",
    "jose",
    "crypt",
}


def test_cryptography_is_the_work_of_those_who_had_it_looked_at() -> None:
    assert {each for each in VALIDATED if importing(each)} == VALIDATED and importing(*FOREIGN) == []
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    assert all(f"\n{name}==" in locked for name in ("argon2-cffi", "PyJWT", "cryptography"))
    taken = {name for path in DEPLOYED for name in imported(path) if name.startswith("cryptography")}
    assert taken == {"cryptography.hazmat.primitives.hashes", "cryptography.hazmat.primitives.twofactor.totp"}, (
        "what is encrypted is encrypted by KMS"
    )
    # A cipher or a hash of one's own is made of these.
    assert [
        f"{name}: {ast.unparse(node)}" for _, name, node in expressions(ast.BinOp) if isinstance(node.op, ast.BitXor)
    ] == []


def test_a_parameter_counts_where_it_belongs_and_nowhere_else() -> None:
    store.create_user(email="alice@example.com", name="Alice", password=PASSWORD)
    browser, given = Client(), {"email": "alice@example.com", "password": PASSWORD}
    query = "?" + urlencode(given)
    browser.post(f"/accounts/sign-in/{query}", {})
    browser.cookies["email"], browser.cookies["password"] = given.values()
    browser.post("/accounts/sign-in/", {}, headers=given)
    assert "_auth_user_id" not in browser.session
    event = request_event("POST", f"/v1/auth/login{query}", {}, {"content-type": "application/json", **given})
    assert through_the_gateway(event)["statusCode"] == 400
    # Of two of a name a form counts the last, whatever checks it; what comes twice in an address is none that fits.
    twice = f"email=mallory%40example.com&{urlencode(given)}"
    browser.post("/accounts/sign-in/", twice, content_type="application/x-www-form-urlencoded")
    assert "_auth_user_id" in browser.session
    alice = store.user_by_email("alice@example.com")
    assert alice is not None
    bearer = {"authorization": f"Bearer {tokens.issue(alice).token}"}
    listed = {**request_event("GET", "/v1/invoices/retail", None, bearer), "queryStringParameters": {"limit": "5,500"}}
    assert through_the_gateway(listed)["statusCode"] == 400
