"""Making people: one holder an address, and passwords that Django and the functions read alike."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django.contrib.auth
import pytest
from django.contrib.auth.hashers import check_password, get_hasher, make_password

from accounts import passwords, store, tables
from accounts.common_passwords import OURS
from paypulse.core.errors import NotFoundError

PASSWORD = "korvstroganoff-och-ris"

pytestmark = pytest.mark.usefixtures("aws")


def alice(email: str = "alice@example.com") -> store.User:
    return store.create_user(email=email, name="Alice", password=PASSWORD)


def test_a_person_is_found_by_id_and_by_address() -> None:
    made = alice()
    assert made.user_id.startswith("user_")
    assert store.user(made.user_id) == made
    assert store.user_by_email("  ALICE@Example.com ") == made
    assert store.user_by_email("bob@example.com") is None
    with pytest.raises(NotFoundError):
        store.user("user_unknown")


def test_an_address_has_one_holder() -> None:
    alice()
    with pytest.raises(store.UserExistsError):
        alice("Alice@EXAMPLE.com")
    assert len(list(tables.User.scan())) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "a b@example.com",
        "a\u200bb@example.com",
        "a\x00b@example.com",
        "alice@",
        "@example.com",
        "alice@example",
        "a@b@c.se\n",
        "x" * 250 + "@e.se",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(store.InvalidEmailError):
        alice(text)
    assert store.user_by_email(text) is None


def test_an_accent_is_one_letter_however_it_was_typed() -> None:
    made = alice("andr\u00e9@example.com")
    assert store.user_by_email("andre\u0301@example.com") == made


def test_a_new_address_frees_the_old_one() -> None:
    made = alice()
    assert store.change_email(made.user_id, "Alicia@example.com").email == "alicia@example.com"
    assert store.user_by_email("alice@example.com") is None
    assert alice().user_id != made.user_id
    with pytest.raises(store.UserExistsError):
        store.change_email(made.user_id, "alice@example.com")
    assert store.user(made.user_id).email == "alicia@example.com"


def test_a_password_signs_in_its_active_person_only() -> None:
    made = alice()
    assert store.authenticated("ALICE@example.com", PASSWORD) == store.user(made.user_id)
    assert store.authenticated("alice@example.com", PASSWORD + "!") is None
    assert store.authenticated("nobody@example.com", PASSWORD) is None
    store.close(made.user_id)
    assert store.authenticated("alice@example.com", PASSWORD) is None


def test_a_new_password_moves_the_session_version() -> None:
    made = alice()
    after = store.set_password(made.user_id, "another-long-secret-9")
    assert after.session_version == made.session_version + 1
    assert store.authenticated("alice@example.com", PASSWORD) is None
    assert store.authenticated("alice@example.com", "another-long-secret-9") is not None


def test_a_change_does_not_bring_an_erased_person_back() -> None:
    with pytest.raises(NotFoundError):
        store.change_profile("user_gone", name="X", language="en", time_zone="UTC", home_currency=None)
    assert list(tables.User.scan()) == []


@pytest.mark.parametrize("word", OURS)
def test_a_password_of_our_own_words_is_refused(word: str) -> None:
    for password in (f"{word}-{word}-{word}-2026", f"{word.title()}1234567890!", f"my-{word}-password"):
        with pytest.raises(passwords.WeakPasswordError, match="lists attackers try"):
            passwords.check_strength(password)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "P@ssw0rd2026!",
        "qwertyqwerty",
        "123456789012",
        "aaaaaaaaaaaaaa",
        "alice@example.com",
        "xx-alice-1234567",
        "Sommar2026!!!!",
        "1q2w3e4r5t6y7u8i9o0p",
        "password1234567890123456",
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.WeakPasswordError):
        store.create_user(email="alice@example.com", name="Alice", password=password)


@pytest.mark.parametrize("password", ["bd174b86b53245828214b5684698344f", "620c021204144bf7841955f27855c597"])
def test_what_a_generator_makes_of_few_letters_may_be_used(password: str) -> None:
    assert not _is_refused(password)


def test_every_long_password_on_the_public_list_of_leaked_ones_is_refused() -> None:
    listed = Path(django.contrib.auth.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(listed, "rt", encoding="utf-8") as words:
        long = [word for word in words.read().split() if len(word) >= passwords.SHORTEST]
    assert len(long) > 150 and [word for word in long if not _is_refused(word)] == []


def _is_refused(word: str) -> bool:
    try:
        passwords.check_strength(word)
    except passwords.WeakPasswordError:
        return True
    return False


def test_a_hash_says_argon2id_and_is_salted() -> None:
    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert one.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$") and one != other
    assert not passwords.verify(PASSWORD, "md5$x$y") and not passwords.verify(PASSWORD, "argon2$nonsense")
    assert passwords.verify(" smörgås " * 20, passwords.hashed(" smörgås " * 20)), "as it was given, blanks and all"
    assert not passwords.verify(PASSWORD.upper(), one) and not passwords.verify(PASSWORD + " ", one)


def test_django_reads_and_writes_the_same_hashes() -> None:
    one = passwords.hashed(PASSWORD)
    assert check_password(PASSWORD, one) and not check_password(PASSWORD + "x", one)
    assert passwords.verify(PASSWORD, make_password(PASSWORD))
    assert not get_hasher("default").must_update(one), "signing in would hash it anew each time"


def test_preferences_changed_from_two_places_at_once_keep_both() -> None:
    user_id = alice().user_id

    def slow(kept: Mapping[str, Any]) -> Mapping[str, Any]:
        if "quick" not in kept:
            store.edit_preferences(user_id, lambda now: {**now, "quick": 1})
        return {**kept, "slow": 1}

    assert store.edit_preferences(user_id, slow).preferences == {"quick": 1, "slow": 1}
    assert store.user(user_id).preferences == {"quick": 1, "slow": 1}
