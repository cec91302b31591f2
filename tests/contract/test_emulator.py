"""The emulator's manners that MiniStack lacks and the tests rely on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from paypulse.sandbox import emulator

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("terraform")]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulator.Emulator]:
    emulator.install()
    with emulator.running(tmp_path_factory.mktemp("manners")) as aws:
        yield aws


def ask(aws: emulator.Emulator, action: str, role: str, *, name: str) -> requests.Response:
    """A request as AWS's libraries send it: under a name of its own, which its repetitions keep."""
    form = {"Action": action, "Version": "2010-05-08", "RoleName": role, "AssumeRolePolicyDocument": "{}"}
    scope = f"AWS4-HMAC-SHA256 Credential={emulator.ACCOUNT}/20260101/{emulator.REGION}/iam/aws4_request"
    headers = {"amz-sdk-invocation-id": name, "Authorization": f"{scope}, SignedHeaders=host, Signature=none"}
    return requests.post(aws.url, data=form, headers=headers, timeout=30)


def test_a_request_whose_answer_got_lost_gets_it_when_it_is_repeated(aws: emulator.Emulator) -> None:
    first = ask(aws, "CreateRole", "reader", name="one")
    again = ask(aws, "CreateRole", "reader", name="one")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content


def test_another_request_for_the_same_is_refused_and_a_refusal_is_not_kept(aws: emulator.Emulator) -> None:
    ask(aws, "CreateRole", "writer", name="two")
    assert ask(aws, "CreateRole", "writer", name="three").status_code == 409
    ask(aws, "DeleteRole", "writer", name="four")
    assert ask(aws, "CreateRole", "writer", name="three").status_code == 200
