"""The shape every engine has, and the two ways in which one says no."""

from typing import Protocol


class EngineSetupError(Exception):
    """The engine cannot be prepared or fetched on this machine; the sentence says what to do about it."""


class EngineNotReady(Exception):
    """The engine has not yet passed a write and a read; the sentence says which step is missing."""


class Engine(Protocol):
    """One engine process on this machine: how it is prepared, run and asked whether it works.

    A supervisor runs `command` after `prepare`; the process ends cleanly on SIGTERM and loses nothing that it
    acknowledged on SIGKILL. The command needs no shell, no working directory and no environment variable.
    """

    @property
    def name(self) -> str:
        """Short name: process name, log file and folder are called so."""
        ...

    @property
    def address(self) -> str:
        """What clients connect to: a MongoDB URL, or Kafka's `host:port`."""
        ...

    @property
    def command(self) -> list[str]:
        """The program and its arguments."""
        ...

    def prepare(self) -> None:
        """Make folders, configuration and storage; safe to repeat, keeps data. Raises EngineSetupError."""
        ...

    def probe(self) -> None:
        """Return once a real write and a real read have passed, within seconds. Raises EngineNotReady."""
        ...
