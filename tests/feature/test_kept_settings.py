"""Secret settings kept in Secrets Manager, as a deployed function reads them."""

from __future__ import annotations

import json
from collections.abc import Callable

import boto3
import pytest

from paypulse.core.config import Config, ConfigError, config


@pytest.fixture
def deployed(aws: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Config]:
    """Settings as a function deployed with the secret's text would have them."""

    def start(text: str) -> Config:
        boto3.client("secretsmanager").create_secret(Name="paypulse/settings", SecretString=text)
        monkeypatch.setenv("PAYPULSE_SETTINGS_SECRET", "paypulse/settings")
        config.cache_clear()
        return config()

    return start


def test_secret_settings_come_from_secrets_manager(deployed: Callable[[str], Config]) -> None:
    kept = {"PAYPULSE_SECRET_KEY": "kept-secret", "PAYPULSE_JWT_KEYS": "first,second"}
    settings = deployed(json.dumps(kept))
    assert (settings.secret_key, settings.jwt_keys) == ("kept-secret", ("first", "second"))


def test_several_secrets_are_read_together(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kept in {"settings": {"PAYPULSE_SECRET_KEY": "kept"}, "signing": {"PAYPULSE_JWT_KEYS": "first"}}.items():
        boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(kept))
    monkeypatch.setenv("PAYPULSE_SETTINGS_SECRET", "settings,signing")
    config.cache_clear()
    assert (config().secret_key, config().jwt_keys) == ("kept", ("first",))


def test_googles_client_may_be_kept_there_too(
    deployed: Callable[[str], Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    google = deployed(json.dumps({"GOOGLE_CLIENT_ID": "kept-id", "GOOGLE_CLIENT_SECRET": "kept-secret"})).google
    assert (google.client_id, google.client_secret) == ("kept-id", "kept-secret")


def test_a_variable_of_the_function_itself_wins(
    deployed: Callable[[str], Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYPULSE_SECRET_KEY", "own")
    assert deployed(json.dumps({"PAYPULSE_SECRET_KEY": "kept"})).secret_key == "own"


def test_a_secret_that_is_no_json_names_its_variable(deployed: Callable[[str], Config]) -> None:
    with pytest.raises(ConfigError, match="PAYPULSE_SETTINGS_SECRET"):
        deployed("not json")
