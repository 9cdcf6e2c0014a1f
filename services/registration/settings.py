"""What registration is told beyond what every service is told."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from shared.settings import AttemptSettings, ServiceSettings

LOGS_AT_LEAST = 183  # days; Cybersecurity Law, article 21: six months
CHANNELS = ("file", "mail", "sms")
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"


class RegistrationAttempts(AttemptSettings):
    """And requests for places: as many behind one address as a mobile network puts there, or a hall with its Wi-Fi."""

    registrations_per_phone: int = Field(default=10, ge=1)
    registrations_per_address: int = Field(default=300, ge=1)


class RetentionDays(BaseModel):
    """Days after the end of an activity for which each group is kept (PIPL, article 19: the shortest that is needed).

    The law names no numbers. ID numbers were needed at the door; who had no place has nothing to be told any more; who
    came may be asked again within a year. Logs: at least six months.
    """

    id_number: int = Field(default=7, ge=0)
    no_place: int = Field(default=30, ge=0)
    contact: int = Field(default=365, ge=0)
    scans: int = Field(default=365, ge=LOGS_AT_LEAST)
    exports: int = Field(default=1095, ge=LOGS_AT_LEAST)


class TurnSettings(BaseModel):
    """What an earlier place costs in a draw: lots of twelve right after it, less with each month (`docs/draw`).

    The policy says nothing of repeats, so all numbers are ours. With 0 and 0 everybody draws alike.
    """

    attended: int = Field(default=6, ge=0, le=11)
    absent: int = Field(default=9, ge=0, le=11)
    months: int = Field(default=12, ge=1, le=12)
    least: int = Field(default=1, ge=1, le=12)


class OfferSettings(BaseModel):
    """A seat that becomes free later than so many hours before the start is offered, for so many minutes outside the
    quiet hours of `NoticeSettings`. With 0 hours none is: the next one has it. It holds for what is announced
    from then on.
    """

    within_hours: int = Field(default=24, ge=0, le=336)
    answer_minutes: int = Field(default=120, ge=5, le=1440)


def _no_channel_twice(value: str) -> str:
    """The names that are known, between commas; at least one."""
    names = [each.strip() for each in value.split(",")]
    if unknown := sorted(set(names) - set(CHANNELS)):
        raise ValueError(f"no channel is called {', '.join(unknown)}; there are {', '.join(CHANNELS)}")
    if len(names) != len(set(names)):
        raise ValueError("a channel is named twice")
    if names == ["mail"]:
        raise ValueError("mail alone reaches too few, and nobody notices when it does not arrive: name another with it")
    return ",".join(names)


class MailSettings(BaseModel):
    """The district's SMTP server. `ca_file`: whose certificates are trusted, where it is not the public ones."""

    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    username: str | None = None
    password_file: Path | None = None
    sender: str | None = Field(default=None, pattern=r"^[^\s<>@]+@[^\s<>@]+$")
    timeout_seconds: float = Field(default=10, gt=0, le=60)


class SmsSettings(BaseModel):
    """The district's SMS gateway (`docs/howto/connect-an-sms-gateway.md`)."""

    url: str | None = Field(default=None, pattern=r"^https?://")
    token_file: Path | None = None
    receipts_secret_file: Path | None = None
    timeout_seconds: float = Field(default=10, gt=0, le=60)


class NoticeSettings(BaseModel):
    """How representatives are told: through which channels, when, how fast, in which language."""

    channels: Annotated[str, AfterValidator(_no_channel_twice)] = "file"
    spool_dir: Path | None = None
    language: Literal["zh-CN", "en"] = "zh-CN"
    quiet_hours: str = Field(default="22:00-07:00", pattern=rf"^({_HOUR}-{_HOUR})?$")
    per_second: float = Field(default=20, gt=0, le=1000)
    oldest_hours: float = Field(default=24, gt=0)
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the channels."""
        return tuple(self.channels.split(","))


class Settings(ServiceSettings):
    """`OPENDAY_VAULT_KEYS_FILE`: keys of the contact vault, made at set-up.

    `OPENDAY_PLAN_REVIEW_MODE`: `notify` (the policy: submission is filing), `file_before_publish`, or `approve`.
    `OPENDAY_ATTEMPTS__…`: how often the public may try. `OPENDAY_RETENTION_DAYS__…`: how long what is kept of people.
    `OPENDAY_NOTICES__…`: how people are told. `OPENDAY_TURNS__…`: what an earlier place costs in a draw.
    `OPENDAY_OFFERS__…`: when somebody who moves up is asked first.
    """

    vault_keys_file: Path
    plan_review_mode: Literal["notify", "file_before_publish", "approve"] = "notify"
    attempts: RegistrationAttempts = RegistrationAttempts()
    retention_days: RetentionDays = RetentionDays()
    turns: TurnSettings = TurnSettings()
    offers: OfferSettings = OfferSettings()
    notices: NoticeSettings = NoticeSettings()

    @model_validator(mode="after")
    def _channels_are_set_up(self) -> Self:
        told = self.notices
        needed: dict[str, dict[str, object]] = {
            "file": {"SPOOL_DIR": told.spool_dir},
            "mail": {"MAIL__HOST": told.mail.host, "MAIL__SENDER": told.mail.sender},
            "sms": {"SMS__URL": told.sms.url, "SMS__TOKEN_FILE": told.sms.token_file},
        }
        for channel in told.names:
            for name, value in needed[channel].items():
                if value is None:
                    raise ValueError(f"OPENDAY_NOTICES__{name}: the channel `{channel}` needs it")
        return self
