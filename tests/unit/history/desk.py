"""A desk that works on a real `Roster` and writes the log that its facts make, command by command, without engines."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from services.registration.adapters.events import published
from services.registration.domain.composition import Category
from services.registration.domain.roster import Roster
from shared.aggregate import Fact, fork
from shared.errors import Problem
from tests.unit.history.logs import POINT, Log, Told
from tests.unit.registration.draws import DrawPoint
from tests.unit.registration.rosters import CLOSES, OPENS, STARTS, roster

CATEGORIES = {"r": Category.RESIDENT, "d": Category.NPC_DEPUTY, "m": Category.MEDIA, "c": Category.CPPCC_MEMBER}
Change = Callable[[Roster], Any]


class Desk:
    """One open point. A refusal is an answer: it changes nothing and tells nothing."""

    def __init__(self, *, compare_and_set: bool = True, **how: Any) -> None:
        self._compare_and_set = compare_and_set
        self.log = Log()
        self.roster = roster(**how)
        self._tell(self.roster.facts)

    def act(self, change: Change) -> None:
        """One command, decided and written."""
        self.roster = self._decided(self.roster, change)

    def together(self, *changes: Change) -> None:
        """Commands of several replicas at once: each writes over what it read; a lost race is decided again.

        Without compare-and-set all of them are decided on the same roster, and every one of them is written.
        """
        read = self.roster
        for each in changes:
            self.roster = self._decided(self.roster if self._compare_and_set else read, each)

    def _decided(self, before: Roster, change: Change) -> Roster:
        trial = fork(before)
        try:
            change(trial)
        except Problem:
            return before
        self._tell(trial.facts)
        return trial

    def _tell(self, facts: list[Fact]) -> None:
        if facts:
            self.log.tell(*map(_told, facts), point=POINT)


class DrawDesk:
    """A point where lots are drawn, and its sheets."""

    def __init__(self, **how: Any) -> None:
        self.log = Log()
        self.point = DrawPoint(**how)
        self._tell()

    def act(self, change: Callable[[DrawPoint], Any]) -> None:
        """One command, and the facts that it made; what is refused makes none."""
        with suppress(Problem):
            change(self.point)
        self._tell()

    def _tell(self) -> None:
        """Each aggregate's facts by themselves, as they were written."""
        self.point.collect()
        for subject, facts in groupby(self.point.heard, key=lambda each: each[0]):
            self.log.tell(*(_told(fact) for _, fact in facts), subject=subject)
        self.point.heard.clear()


def _told(fact: Fact) -> Told:
    contract = published(fact)
    return contract.type().split(".")[2], json.loads(contract.model_dump_json())


def registers(who: str) -> Change:
    """Whose category is the first letter of the name."""
    return lambda roster: roster.register(who, CATEGORIES[who[0]], grassroots=False, at=OPENS)


def leaves(who: str, at: datetime = OPENS) -> Change:
    """Cancels."""
    return lambda roster: roster.cancel(who, at)


def closes() -> Change:
    """Registration ends."""
    return lambda roster: roster.close(CLOSES)


def extends() -> Change:
    """Registration goes on, or begins again."""
    later = CLOSES + timedelta(days=1)
    return lambda roster: roster.extend(later, "群众代表不足", by="clerk", at=CLOSES)


def waives() -> Change:
    """The office accepts a shortage."""
    return lambda roster: roster.waive("人数不足", by="office", at=CLOSES)


def locks() -> Change:
    """The list is final."""
    return lambda roster: roster.lock(CLOSES)


def scans(who: str) -> Change:
    """At the door."""
    return lambda roster: roster.check_in(who, STARTS)


def undoes(who: str) -> Change:
    """Was somebody else."""
    return lambda roster: roster.undo_check_in(who, "同名", by="clerk", at=STARTS)


def finishes() -> Change:
    """The door closes for good."""
    return lambda roster: roster.finish(STARTS)
