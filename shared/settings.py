"""Configuration's one door: `OPENDAY_` variables, nested by `__`, secrets as files; an unknown one is refused."""

import difflib
import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "OPENDAY_"
Profile = Literal["development", "demonstration", "test", "production"]


class UnknownVariable(ValueError):
    """A variable with our prefix that no setting reads: probably a typing error, so the start is refused."""


class HttpSettings(BaseModel):
    host: str = "127.0.0.1"
    port: int = 8000
    max_body_bytes: int = 64 * 1024
    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses and networks whose X-Forwarded-For is believed, between commas; that of anybody else is not."""

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for each in filter(None, map(str.strip, value.split(","))):
            ip_network(each)  # raises ValueError; "*" is none: who believes everybody believes a forger
        return value


class MongoSettings(BaseModel):
    url: str = "mongodb://127.0.0.1:27017"
    database: str | None = None
    retry_writes: bool = False


class KafkaSettings(BaseModel):
    bootstrap: str = "127.0.0.1:9092"
    topic_prefix: str = "openday"
    group_suffix: str = ""
    """Ends the name of the consumer group: a new one begins at the first fact, for a rebuild from an empty database."""
    silence_seconds: float = Field(default=30.0, gt=0)
    """So long a consumer may handle nothing, with events waiting, before its process is replaced."""
    partitions: int = 12
    replication: int = 1


class SecuritySettings(BaseModel):
    issuer: str = "https://issuer.openday.example"
    audience: str = "openday"
    jwks_file: Path | None = None
    jwks_url: str | None = None


class AttemptSettings(BaseModel):
    """Wrong claim codes: so many at once, refilled evenly over `seconds`, in each process (`docs/adr/0015`)."""

    seconds: float = Field(default=900, gt=0)
    codes_per_address: int = Field(default=10, ge=1)
    codes: int = Field(default=100, ge=1)


class ClockSettings(BaseModel):
    steered_file: Path | None = None


class ServiceSettings(BaseSettings):
    """What every service is told. A service adds its own fields in its `settings.py`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True)

    profile: Profile = "development"
    http: HttpSettings = HttpSettings()
    mongo: MongoSettings = MongoSettings()
    kafka: KafkaSettings = KafkaSettings()
    security: SecuritySettings = SecuritySettings()
    clock: ClockSettings = ClockSettings()
    failpoints: str = ""
    """For tests: what `shared.failpoints` does to this process."""

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.profile == "production" and self.clock.steered_file:
            raise ValueError("OPENDAY_CLOCK__STEERED_FILE: a steered clock is refused in the production profile")
        if self.profile == "production" and self.failpoints:
            raise ValueError("OPENDAY_FAILPOINTS: failpoints are refused in the production profile")
        return self

    @classmethod
    def read(cls) -> Self:
        """From the environment. Raises UnknownVariable or pydantic's ValidationError, both naming the variable."""
        refuse_unknown(cls, os.environ)
        return cls()


def known_variables(model: type[BaseModel], prefix: str = PREFIX) -> set[str]:
    """The names of every variable that `model` reads."""
    names = set()
    for name, field in model.model_fields.items():
        nested = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        if nested:
            names |= known_variables(nested[0], f"{prefix}{name.upper()}__")
        else:
            names.add(f"{prefix}{name.upper()}")
    return names


def refuse_unknown(model: type[BaseModel], environment: Mapping[str, str]) -> None:
    """Raises UnknownVariable for the first variable with our prefix that `model` does not read."""
    known = known_variables(model)
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownVariable(f"{name} is not a setting of this service{hint}")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
