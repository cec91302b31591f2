"""What docs/rules.md says, and the numbers of docs/security.md, are what the code does: nothing more, nothing less."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any

import hcl2
import pytest
from django import forms
from django.conf import settings

from accounts import audit, common_passwords, passwords, recovery, second, security_log, signin, signup
from accounts import forms as account_forms
from accounts.admin import Role, StaffAdmin, StaffForm
from accounts.claims import Scope
from accounts.middleware import _LONGEST_S
from accounts.tokens import _LIFETIME
from accounts.views.door import _CONFIRMED_FOR_S
from invoices import forms as invoice_forms
from invoices import store, uploads
from invoices.invoice import Invoice
from lambdas.api import contract
from lambdas.api.door import Door
from lambdas.bundle.imports import ROOT
from lambdas.catalogue import functions
from paypulse.core.config import Config, Google, read
from tests import audit as timeframes
from tests.contract.test_tables_in_terraform import plain
from tests.contract.test_terraform_as_written import FILES
from tests.feature.test_access import PAGES, Kind
from tests.feature.test_by_design import DEPLOYED, nodes
from tests.feature.test_security_log import logged
from vendors.forms import VendorForm
from vendors.views import trying

RULES = (ROOT / "docs/rules.md").read_text("utf-8")
SECURITY = (ROOT / "docs/security.md").read_text("utf-8")


def table(text: str, first: str) -> list[list[str]]:
    """The cells of the rows below the head that begins with the column `first`."""
    head = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert head, f"there is no table of {first}"
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in head[1].splitlines()]


def coded(cell: str) -> list[str]:
    """What stands in code marks."""
    return [each.replace("\\|", "|") for each in re.findall(r"`([^`]+)`", cell)]


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


# --- what may be typed ------------------------------------------------------------------------------------------------


def form_fields() -> Iterator[tuple[str, str, forms.Field]]:
    """Every field that a form of ours has, with the form's name."""
    modules = (account_forms, invoice_forms, trying)
    every = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    own = [each for each in every if issubclass(each, forms.Form) and each.__module__ in {m.__name__ for m in modules}]
    for form in [*own, VendorForm, StaffForm]:
        yield from ((form.__name__, name, field) for name, field in form.base_fields.items())


def asked_for() -> set[str]:
    """The names that pages look up in what was sent."""
    found = set()
    for path in DEPLOYED:
        for node in nodes(path):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=source, attr="get" | "getlist"), args=[ast.Constant(value=name), *_]
                ) if ast.unparse(source) in ("request.POST", "request.GET", "request.FILES"):
                    found.add(name)
                case ast.Subscript(value=source, slice=ast.Constant(value=name)) if ast.unparse(source) in (
                    "request.POST",
                    "request.GET",
                ):
                    found.add(name)
                case ast.Call(func=ast.Name(id="_text"), args=[_, ast.Constant(value=name)]):
                    found.add(name)
    return found


def test_every_field_has_its_rule_and_every_rule_its_field() -> None:
    typed = {(where, name) for where, name, _ in form_fields()} | {
        ("page", name) for name in asked_for() - {"vendor_name"}
    }
    typed |= {("page", "vendor_name"), ("page", "shares")}  # looked up by `in`
    told = {
        (where, name)
        for items, wheres, _ in table(RULES, "item")
        for name in coded(items)
        for where in wheres.split(", ")
    }
    assert len(typed) > 70 and told == typed


def test_a_rule_names_the_bounds_of_its_field() -> None:
    rules = {name: rule for items, _, rule in table(RULES, "item") for name in coded(items)}
    missing = [
        f"{where}.{name}: {bound}"
        for where, name, field in form_fields()
        for bound in (getattr(field, each, None) for each in ("max_length", "min_value", "max_value"))
        if bound is not None and not re.search(rf"(?<![\d.]){bound}\b", rules[name])
    ]
    assert missing == []


def test_what_must_fit_together_is_refused_in_these_words() -> None:
    words = [told for _, _, told in table(RULES, "together")]
    said = {
        node.value
        for path in DEPLOYED
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert len(words) > 10 and [each for each in words if not any(each.strip('"') in one for one in said)] == []


# --- how much -----------------------------------------------------------------------------------------------------------


def number(node: ast.expr, module: Any) -> int:
    """The number that an expression of a module's own names comes to."""
    value = eval(compile(ast.Expression(node), "", "eval"), {**vars(module)})
    assert isinstance(value, int)
    return value


def counted() -> Iterator[tuple[str, int, int]]:
    """What is counted, how often it may be, and in how many seconds, at each call in the code."""
    for path in DEPLOYED:
        for node in nodes(path):
            if not isinstance(node, ast.Call) or not re.fullmatch(
                r"throttles\.(check|check_source|allows)", ast.unparse(node.func)
            ):
                continue
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            named = node.args[0]
            if isinstance(named, ast.Name):
                (named,) = (
                    each.value.elts[0]
                    for each in nodes(path)
                    if isinstance(each, ast.Assign)
                    and named.id in ast.unparse(each.targets[0])
                    and isinstance(each.value, ast.Tuple)
                )
            what = named.values[0] if isinstance(named, ast.JoinedStr) else named
            assert isinstance(what, ast.Constant)
            given = {each.arg: number(each.value, module) for each in node.keywords}
            yield str(what.value).rstrip("|"), given["limit"], given["seconds"]


def test_every_limit_is_told_with_its_numbers_and_no_other() -> None:
    told = {(*coded(name), int(most), int(seconds)) for name, most, seconds, _, _ in table(RULES, "limit")}
    assert told == set(counted()) and len(told) > 10


def value_of(name: str) -> float:
    """What a bound is: a default of Terraform, or a constant by its whole name."""
    module, dot, constant = name.rpartition(".")
    return float(getattr(import_module(module), constant) if dot else DEFAULTS[name]["default"])


DEFAULTS = {
    name: about for each in plain(hcl2.loads(FILES["variables.tf"]))["variable"] for name, about in each.items()
}
BOUNDS = [
    (coded(row[0])[0], row[1])
    for title in ("Limits", "Uploads")
    for row in table(section(RULES, title) + "\n", "bound")
]


@pytest.mark.parametrize(("name", "said"), BOUNDS)
def test_a_bound_is_what_the_code_holds_to(name: str, said: str) -> None:
    assert float(said) == value_of(name)


def test_every_bound_of_reading_is_told() -> None:
    module = "invoices.parsing.document.bounds"
    there = {f"{module}.{name}" for name in vars(import_module(module)) if name.startswith("MAX_") or name == "SECONDS"}
    assert there - {name for name, _ in BOUNDS} == {f"{module}.{each}" for each in ("MAX_CELL_CHARS", "MAX_HTML_DEPTH")}


def test_the_kinds_of_files_are_those_that_are_told_apart() -> None:
    kinds = {kind.partition(",")[0]: row for kind, *row in table(RULES, "kind")}
    assert set(coded(kinds["mail"][1])) == set(uploads._MAIL_NAMES)
    for name, content, suffix in [
        ("a.pdf", b"%PDF-1.7", "pdf"),
        ("a.txt", b"Total 1.00", "html"),
        ("a.bin", b"\xff\x00\x01", None),
    ]:
        piece = None if uploads._mail(name, content) else uploads._kind(content)
        assert (piece[0] if piece else None) == suffix
    assert coded(kinds["PDF"][2]) == ["pdf"] and coded(kinds["HTML page or plain text"][2]) == ["html"]


# --- who ------------------------------------------------------------------------------------------------------------------

WHO = {
    "everybody": Kind.EVERYBODY,
    "whoever is signed in": Kind.MEMBERS,
    "the owner of the thing in the address": Kind.OWNER,
    "staff, within their role": Kind.STAFF,
    "nobody": Kind.NOBODY,
    "nobody: there is nothing": Kind.NOT_THERE,
    "whoever signs out": Kind.LEAVING,
}


def test_every_page_is_told_with_whom_it_is_open_to() -> None:
    told = {page: WHO[who] for who, pages in table(RULES, "who") for page in coded(pages)}
    assert told == {f"/{page}": kind for page, (kind, _) in PAGES.items()}


def test_every_route_is_told_with_the_scope_it_needs() -> None:
    doors = [
        each
        for function in functions()
        for each in vars(import_module(function.module)).values()
        if isinstance(each, Door)
    ]
    needed = {route: str(each.scope) for door in doors for route, each in door.operations.items() if each.scope}
    told = {
        route: coded(scope)[0] if coded(scope) else ""
        for scope, routes in table(RULES, "scope")
        for route in coded(routes)
    }
    assert told == {str(route): needed.get(str(route), "") for each in functions() for route in each.routes}
    assert set(needed.values()) == set(map(str, Scope))


def test_every_role_is_told_with_its_permissions() -> None:
    told = {role: coded(may) for role, may in table(RULES, "role of staff")}
    assert set(told) == set(map(str, Role))
    assert {role: may for role, may in told.items() if may} == {
        str(each): each.permissions for each in Role if each.permissions
    }


def test_every_field_that_somebody_may_write_is_told() -> None:
    rows = {thing.partition(":")[0]: coded(thing) for thing, _, _ in table(RULES, "thing")}
    assert rows["a person's profile"] == list(account_forms.Profile.base_fields)
    assert rows["a person's notifications"] == list(account_forms.Notifications.base_fields)
    assert set(rows["an invoice's corrections"]) == store._FIELDS
    told = {*rows["an invoice's corrections"], *rows["what its owner says of an invoice"], "sub_type"}
    sent = {*contract.RentalCorrection.__struct_fields__, *contract.RetailCorrection.__struct_fields__} - {"version"}
    assert sent <= told and set(rows["what its owner says of an invoice"]) <= {each.name for each in fields(Invoice)}
    assert rows["a vendor row"] == list(VendorForm.Meta.fields)
    assert rows["a person, as staff see them"] == list(StaffAdmin.readonly_fields)
    staffs = next(each for each in rows if each.startswith("a person's `is_active`"))
    assert rows[staffs] == ["is_active", "role"] and set(StaffForm.base_fields) == set(rows[staffs])
    schemas = coded(next(thing for thing, _, _ in table(RULES, "thing") if thing.startswith("an invoice: ")))
    assert schemas == ["RentalRow", "RetailRow", "InvoiceDetails"]
    assert all(hasattr(contract, each) for each in schemas)


# --- by what ----------------------------------------------------------------------------------------------------------------

MEANS = {
    r"token_(hex|urlsafe|bytes)|secrets\.token_\w+": "random",
    r"uuid4": "UUID",
    r"hashlib\.sha256": "SHA-256",
    r"hmac\.(new|digest)|.*\bSigner": "HMAC-SHA-256",
    r"jwt\.encode": "JWT",
    r"TOTP": "HMAC-SHA-1 (TOTP)",
    r"PasswordHasher": "argon2id",
    r"compare_digest|secrets\.compare_digest": "constant-time comparison",
    r"vault\.\w+|client\('kms'\).*": "KMS",
    r"ssl\.\w+": "TLS",
}


def test_every_use_of_cryptography_is_in_the_inventory() -> None:
    used: dict[str, set[str]] = {}
    for path in DEPLOYED:
        for node in nodes(path):
            means = [
                each
                for pattern, each in MEANS.items()
                if isinstance(node, ast.Call) and re.fullmatch(pattern, ast.unparse(node.func))
            ]
            if means:
                used.setdefault(path.relative_to(ROOT).as_posix(), set()).update(means)
    told = {coded(module)[0]: means for module, means, _ in table(RULES, "module")}
    assert set(told) == set(used)
    assert {
        f"{module}: {each}" for module, found in used.items() for each in found if each not in told[module]
    } == set()
    listed = {(module, each) for module, means in told.items() for each in MEANS.values() if each in means}
    assert {(module, each) for module, each in listed if each not in used[module]} <= {
        ("accounts/tokens.py", "HMAC-SHA-256"),
        ("invoices/webhooks.py", "SHA-256"),
    } | {(module, "SHA-256") for module, means in told.items() if "HMAC-SHA-256" in means} | {
        (module, "random") for module, means in told.items() if "UUID" in means
    }


def test_random_values_have_the_bits_that_are_told_and_secrets_128_and_more() -> None:
    told = {
        coded(module)[0]: set(map(int, re.findall(r"\d+(?= bits| and)", means)))
        for module, means, _ in table(RULES, "module")
    }
    made: dict[str, set[int]] = {}
    for path in DEPLOYED:
        for node in nodes(path):
            match node:
                case ast.Call(func=source, args=[ast.Constant(value=size)]) if re.fullmatch(
                    r"(secrets\.)?token_(hex|urlsafe|bytes)", ast.unparse(source)
                ):
                    made.setdefault(path.relative_to(ROOT).as_posix(), set()).add(8 * size)
    assert len(made) > 10 and {module: bits for module, bits in told.items() if bits and bits != {122}} == made
    secret = {coded(module)[0] for module, _, why in table(RULES, "module") if "no secret" not in why}
    assert len(secret & set(made)) > 4 and [module for module in secret & set(made) if min(made[module]) < 128] == []


def test_every_key_and_secret_is_in_the_inventory() -> None:
    secret_settings = {"PAYPULSE_SECRET_KEY", "PAYPULSE_JWT_KEYS", "GOOGLE_CLIENT_SECRET"}
    hidden = {each.name for each in fields(Config) if not each.repr} | {
        each.name for each in fields(Google) if "secret" in each.name
    }
    assert hidden == {"kept_secret_key", "kept_jwt_keys", "client_secret"}, "a new secret belongs into the inventory"
    keys = table(SECURITY, "key")
    assert all(len(row) == 8 and all(row) for row in keys)
    named = {name for row in keys for name in coded(row[0])}
    in_terraform = {
        f"aws_kms_key.{name}" for name in re.findall(r'resource "aws_kms_key" "(\w+)"', FILES["secrets.tf"])
    }
    certificates = {
        f"{kind}.this" for kind in re.findall(r'resource "(aws_apigatewayv2_domain_name)"', FILES["api.tf"])
    }
    assert secret_settings | in_terraform | certificates <= named
    assert {name for name in named if name.startswith("aws_")} == in_terraform | certificates


# --- whom ---------------------------------------------------------------------------------------------------------------------


def test_every_service_that_is_spoken_to_is_told() -> None:
    clients = {
        node.args[0].value
        for path in DEPLOYED
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and re.fullmatch(r"client|boto3\.client", ast.unparse(node.func))
        and isinstance(node.args[0], ast.Constant)
    }
    told = {name: coded(where) for service, where, _, _ in table(RULES, "service") for name in coded(service)}
    google = {
        each.name: getattr(read({}).google, each.name) for each in fields(Google) if not each.name.startswith("client_")
    }
    by_the_runtime = {"dynamodb", "logs", "xray"}
    assert set(told) == clients | by_the_runtime | set(google)
    assert {name: told[name] for name in google} == {name: [address.split("/")[2]] for name, address in google.items()}


def test_nothing_else_opens_a_connection() -> None:
    """Who else speaks to the network is none of ours: botocore, Google's library, and these."""
    openers = {
        "requests",
        "urllib3",
        "httplib2",
        "http",
        "socket",
        "smtplib",
        "ftplib",
        "aiohttp",
        "httpx",
        "telnetlib",
        "imaplib",
        "poplib",
    }
    found = set()
    for path in DEPLOYED:
        for node in nodes(path):
            names = (
                [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found |= {
                f"{path.name}: {name}"
                for name in names
                if name.partition(".")[0] in openers or name == "urllib.request"
            }
    assert found == {
        "google.py: http", "consent.py: requests", "google.py: requests",  # Google's consent and tokens
        "gmail.py: urllib3", "gmail.py: urllib3.exceptions", "gmail.py: httplib2",  # Gmail
        "webhooks.py: http.client", "webhooks.py: socket",  # a person's own server
    }  # fmt: skip


# --- what takes long, and what is written down -----------------------------------------------------------------------------------


def test_everything_that_takes_long_is_told_with_its_time_and_what_feeds_it() -> None:
    told = {coded(row[0])[0]: row for row in table(RULES, "function")}
    long = {each.name: each for each in functions() if each.queues or each.timeout_s > 30}
    assert set(told) == set(long)
    for name, function in long.items():
        fed = {
            *(each.name for each in function.queues),
            *(each.name for each in function.schedules),
            *(each.suffix for each in function.objects),
        }
        assert (int(told[name][1]), set(coded(told[name][2]))) == (function.timeout_s, fed) and len(told[name][4]) > 5


def test_every_line_that_is_logged_is_told_with_what_stands_beside_it() -> None:
    told = {(message, coded(module)[0]): set(coded(beside)) for message, module, beside in table(RULES, "message")}
    written = {
        (node.args[0].value, ".".join(path.relative_to(ROOT).with_suffix("").parts)): {
            each.arg for each in node.keywords if each.arg
        }
        - {"exc_info", "extra"}
        for path, node in logged()
        if isinstance(node.args[0], ast.Constant)
    }
    noted = {(str(event), "accounts.security_log"): set[str]() for event in security_log.Event}
    for path in DEPLOYED:
        for node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "security_log.note":
                event = security_log.Event[ast.unparse(node.args[0]).rpartition(".")[2]]
                noted[str(event), "accounts.security_log"] |= {each.arg for each in node.keywords if each.arg}
    assert set(told) == set(written) | set(noted)
    assert {each: beside - told[each] for each, beside in (written | noted).items() if beside - told[each]} == {}
    assert {str(each) for each in audit.Action} <= told["account", "accounts.security_log"]


def test_every_store_of_logs_is_told() -> None:
    told = " ".join(kept for _, _, _, kept, *_ in table(RULES, "layer"))
    groups = re.findall(
        r'resource "aws_cloudwatch_log_group" "\w+" \{.*?name\s+= "([^"]+)"', "\n".join(FILES.values()), re.DOTALL
    )
    assert len(groups) == 3 and "${var.lambda_bucket}-logs" in FILES["buckets.tf"]
    for name in (
        "/aws/lambda/{function}",
        "/aws/lambda/{name}-site",
        "/aws/apigateway/{name}-api",
        "{lambda_bucket}-logs",
        "AuditEvents",
        "X-Ray",
    ):
        assert name in told
    access = re.search(r"access_log = jsonencode\(\{(.*?)\}\)", FILES["api.tf"], re.DOTALL)
    assert access and {"at", "request", "user", "call", "route", "status", "refused"} <= set(
        re.findall(r"^\s+(\w+)\s+=", access[1], re.MULTILINE)
    )


# --- the numbers in the text --------------------------------------------------------------------------------------------------


def test_the_text_has_the_numbers_of_the_code() -> None:
    text = " ".join(SECURITY.split())
    days, most = settings.SESSION_COOKIE_AGE // 86400, {name: limit for name, limit, _ in counted()}
    for said in (
        f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
        f"{round(passwords.MEMORY_KIB / 1024)} MiB, {({2: 'two'})[passwords.PASSES]} passes",
        f"{days} days after the last visit and {_LONGEST_S // 86400} days after signing in",
        f"{_CONFIRMED_FOR_S // 60} minutes after it was last given",
        {3600: "JWT for one hour"}[int(_LIFETIME.total_seconds())],
        {30: "half a minute and one more for the way"}[second._STEP_S],
        f"{signin._PER_ADDRESS} failed sign-ins for an address and {signin._PER_SOURCE} attempts from a source in {signin._WINDOW_S // 60} minutes",
        f"{most['signup-from']} sign-ups (pages and API together) and {most['reset-from']} resets from a source",
        f"{most['mail-to']} mails to an address in an hour; {most['sudo']} wrong answers when the password is asked again",
        f"{ {10: 'ten'}[second._TRIES] } wrong codes in {second._WINDOW_S // 60} minutes",
        f"{ {8: 'eight'}[second._RECOVERY_CODES] } recovery codes of 160 bits",
        f"for signing up {signup._LINK_LASTS.days} day, else {recovery._LINK_LASTS.total_seconds() / 3600:.0f} hour",
        f"for {audit._KEPT.days} days",
        "Any number of devices may be signed in",
        ", ".join(f"`{word}`" for word in common_passwords.OURS),
        f"{timeframes.REACHED.days} days where anything of ours reaches it, {timeframes.UNREACHED.days} where nothing does",
        f"every {timeframes.RENEWED.days} days at the latest",
    ):
        assert said in text, said


def test_every_way_in_is_told_and_there_is_no_other() -> None:
    told = {name for row in table(SECURITY, "way") for name in coded(row[1])}
    open_pages = {f"/{page}" for page, (kind, _) in PAGES.items() if kind is Kind.EVERYBODY} - {
        "/accounts/sent/",
        "/accounts/goodbye/",
    }
    public = {str(route) for each in functions() if each.public for route in each.routes if route.method == "POST"}
    assert told == open_pages | public | {
        "/accounts/sign-in/code/",
        "/accounts/settings/address/<str:token>/",
        "/admin/login/",
        "Authorization: Bearer",
        "lambdas/functions.yaml",
    }
    assert settings.AUTHENTICATION_BACKENDS == ["accounts.backends.Backend"]
