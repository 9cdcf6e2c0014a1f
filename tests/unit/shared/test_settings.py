"""Configuration has one door, and it says what is wrong with what is brought."""

import pytest
from pydantic import ValidationError

from shared.settings import ServiceSettings, UnknownVariable, known_variables, refuse_unknown


def test_nested_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_HTTP__PORT", "8123")
    monkeypatch.setenv("OPENDAY_KAFKA__TOPIC_PREFIX", "elsewhere")
    monkeypatch.setenv("OPENDAY_SECURITY__JWKS_FILE", "/run/keys.json")
    settings = ServiceSettings.read()
    assert (settings.http.port, settings.http.host) == (8123, "127.0.0.1")
    assert settings.kafka.topic_prefix == "elsewhere"
    assert str(settings.security.jwks_file) == "/run/keys.json"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("OPENDAY_HTTP__PROT", "OPENDAY_HTTP__PORT"),
        ("OPENDAY_HTTP_PORT", "OPENDAY_HTTP__PORT"),
        ("openday_profil", "OPENDAY_PROFILE"),
        ("OPENDAY_COLOUR_OF_THE_SKY", ""),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_name(name: str, hint: str) -> None:
    with pytest.raises(UnknownVariable, match=name) as refusal:
        refuse_unknown(ServiceSettings, {name: "topsecret", "PATH": "/bin"})
    assert hint in str(refusal.value)
    assert "topsecret" not in str(refusal.value)


def test_every_known_variable_is_let_in() -> None:
    refuse_unknown(ServiceSettings, dict.fromkeys(known_variables(ServiceSettings), "x"))


def test_a_wrong_value_is_refused_and_its_variable_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_HTTP__PORT", "eighty")
    with pytest.raises(ValidationError) as refusal:
        ServiceSettings.read()
    assert refusal.value.errors()[0]["loc"] == ("http", "port")


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        ServiceSettings().profile = "production"  # type: ignore[misc]


def test_failpoints_are_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDAY_PROFILE", "production")
    monkeypatch.setenv("OPENDAY_FAILPOINTS", "api.after_cas:kill")
    with pytest.raises(ValidationError, match="OPENDAY_FAILPOINTS"):
        ServiceSettings.read()
