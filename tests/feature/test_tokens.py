"""What proves a caller of the API, and what does not."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from accounts import personal_tokens, store, tables, tokens
from accounts.claims import Claims, ExpiredTokenError, InvalidTokenError, Scope
from paypulse.core.clock import frozen, now
from paypulse.core.config import config

PASSWORD = "korvstroganoff-och-ris"

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def alice() -> str:
    return store.create_user(email="alice@example.com", name="Alice", password=PASSWORD).user_id


@pytest.fixture
def token(alice: str) -> str:
    return tokens.issue(store.user(alice)).token


def payload(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def signed(claims: dict[str, object], *, key: str | None = None, algorithm: str = "HS256", **headers: str) -> str:
    kid = jwt.get_unverified_header(tokens.issue(store.user(str(claims["sub"]))).token)["kid"]
    return jwt.encode(claims, key or config().jwt_keys[0], algorithm=algorithm, headers={"kid": kid, **headers})


def test_a_token_says_who_is_calling_for_an_hour(alice: str, token: str) -> None:
    assert tokens.verify(token) == Claims(alice, frozenset(Scope))
    with frozen(now() + timedelta(minutes=59)):
        assert tokens.verify(token).user_id == alice
    with frozen(now() + timedelta(minutes=61)), pytest.raises(ExpiredTokenError):
        tokens.verify(token)


@pytest.mark.parametrize("broken", ["", "x", "a.b.c", "pp_", "pp_unknown", "eyJhbGciOiJub25lIn0.e30."])
def test_nonsense_proves_nothing(broken: str) -> None:
    with pytest.raises(InvalidTokenError):
        tokens.verify(broken)


def test_a_forged_token_proves_nothing(alice: str, token: str) -> None:
    claims = payload(token)
    assert tokens.verify(signed(claims)).user_id == alice
    forgeries = [
        signed(claims, key="another key that is long enough to sign with"),
        signed(claims, algorithm="HS512"),
        jwt.encode(claims, "", algorithm="none", headers={"kid": jwt.get_unverified_header(token)["kid"]}),
        jwt.encode(claims, config().jwt_keys[0], algorithm="HS256"),
        signed(claims, kid="unknown"),
        token[:-2] + ("AA" if not token.endswith("AA") else "BB"),
    ]
    for forged in forgeries:
        with pytest.raises(InvalidTokenError):
            tokens.verify(forged)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"sub": "user_gone"},
        {"sv": 7},
        {"sv": "1"},
        {"exp": None},
    ],
)
def test_a_token_for_something_else_proves_nothing(alice: str, token: str, change: dict[str, object]) -> None:
    claims = {**payload(token), **change}
    kid = jwt.get_unverified_header(token)["kid"]
    with pytest.raises(InvalidTokenError):
        tokens.verify(jwt.encode(claims, config().jwt_keys[0], algorithm="HS256", headers={"kid": kid}))


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "exp", "iat", "jti", "sv"])
def test_a_token_that_leaves_something_out_proves_nothing(token: str, claim: str) -> None:
    claims = payload(token)
    kid = jwt.get_unverified_header(token)["kid"]
    del claims[claim]
    with pytest.raises(InvalidTokenError):
        tokens.verify(jwt.encode(claims, config().jwt_keys[0], algorithm="HS256", headers={"kid": kid}))


def test_a_password_change_and_a_closed_account_end_every_token(alice: str, token: str) -> None:
    personal = personal_tokens.make(alice, name="script", scopes=(Scope.READ,))
    store.set_password(alice, "en-helt-annan-fras-8")
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)
    newer = tokens.issue(store.user(alice)).token
    assert tokens.verify(newer).user_id == tokens.verify(personal).user_id == alice
    store.close(alice)
    for each in (newer, personal):
        with pytest.raises(InvalidTokenError):
            tokens.verify(each)


def test_keys_rotate_without_ending_what_the_former_one_signed(
    alice: str, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    former = config().jwt_keys[0]
    _keys(monkeypatch, "a new key that is long enough to sign with", former)
    assert tokens.verify(token).user_id == alice
    newer = tokens.issue(store.user(alice)).token
    _keys(monkeypatch, "a new key that is long enough to sign with")
    assert tokens.verify(newer).user_id == alice
    with pytest.raises(InvalidTokenError):
        tokens.verify(token)


def _keys(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    monkeypatch.setenv("PAYPULSE_JWT_KEYS", ",".join(keys))
    config.cache_clear()


def test_a_personal_token_is_kept_as_a_hash_with_its_scopes(alice: str) -> None:
    made = personal_tokens.make(alice, name="script", scopes=(Scope.READ, Scope.INGEST))
    assert tokens.verify(made).scopes == {Scope.READ, Scope.INGEST}
    assert made not in repr([row.to_dynamodb_dict() for row in tables.ApiToken.scan()])


def test_use_is_noted_at_most_once_an_hour(alice: str) -> None:
    made = personal_tokens.make(alice, name="script", scopes=(Scope.READ,))
    tokens.verify(made)
    first = personal_tokens.of(alice)[0].last_used_at
    tokens.verify(made)
    assert personal_tokens.of(alice)[0].last_used_at == first
    with frozen(now() + timedelta(hours=2)):
        tokens.verify(made)
    assert personal_tokens.of(alice)[0].last_used_at != first


def test_a_token_is_never_written_out_by_accident(alice: str) -> None:
    issued = tokens.issue(store.user(alice))
    assert issued.token not in repr(issued) and issued.token not in str(issued)
