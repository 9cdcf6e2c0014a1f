"""Where this checkout's instances live and listen: `OPENDAY_LOCAL_…`, and the addresses of real engines."""

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.problems import LocalProblem
from shared.settings import PREFIX, UnknownVariable, refuse_unknown

ROOT = Path(__file__).resolve().parents[2]
PORT_BASE_VARIABLE = "OPENDAY_LOCAL_PORT_BASE"


class RealMongo(BaseModel):
    """A MongoDB that somebody else runs; without `url` the embedded engine is started."""

    url: str | None = None


class RealKafka(BaseModel):
    """A Kafka that somebody else runs; without `bootstrap` a local node is started."""

    bootstrap: str | None = None


class LocalSettings(BaseSettings):
    """What a person may set about the instances of one checkout.

    `local_namespace` begins every topic and database name: two checkouts that share real engines need two.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True)

    local_port_base: int = Field(18000, ge=1024, le=65000)
    local_state_dir: Path = ROOT / ".run"
    local_engines_dir: Path = ROOT / ".engines"
    local_namespace: str = Field("openday", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    mongo: RealMongo = RealMongo()
    kafka: RealKafka = RealKafka()

    @classmethod
    def read(cls) -> Self:
        """From the environment. Raises LocalProblem naming the variable."""
        try:
            refuse_unknown(cls, os.environ)  # noqa: TID251 - the names alone; the values are read by the model
            return cls()
        except UnknownVariable as unknown:
            raise LocalProblem(str(unknown)) from unknown
        except ValidationError as wrong:
            faults = [f"{PREFIX}{'__'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in wrong.errors()]
            raise LocalProblem("\n".join(faults)) from None

    @property
    def state_dir(self) -> Path:
        """Absolute: the supervisor and the services have working folders of their own."""
        return self.local_state_dir.absolute()

    @property
    def engines_dir(self) -> Path:
        """Absolute folder of the fetched engines."""
        return self.local_engines_dir.absolute()
