"""Publicity: recorded by hosts, once, when it is public."""

from datetime import datetime, timedelta

import pytest

from services.reporting.domain import facts
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.publicity import PER_ACTIVITY, Publicity, PublicityKind
from shared.errors import Conflict, Invalid, NotFound
from tests.unit.reporting.dossiers import HELD, announced


def publicity(
    id_: str = "p1", *, unit: str = "zjj", url: str = "https://portal.example/1", at: datetime = HELD
) -> Publicity:
    return Publicity(id_, unit, PublicityKind.OUTCOME, "portal", url, at)


def test_it_is_recorded_with_the_unit_that_published() -> None:
    dossier = announced()
    recorded = dossier.record_publicity(publicity(unit="mzj"), HELD)
    assert dossier.facts == [facts.PublicityRecorded("activity-1", recorded)]
    assert dossier.publicity == {"p1": recorded}


def test_the_same_address_of_the_same_unit_and_kind_is_recorded_once() -> None:
    dossier = announced()
    dossier.record_publicity(publicity(), HELD)
    with pytest.raises(Conflict) as refused:
        dossier.record_publicity(publicity("p2"), HELD)
    assert refused.value.code == "already_recorded"
    dossier.record_publicity(publicity("p3", unit="mzj"), HELD)
    assert len(dossier.facts) == 2


def test_what_is_not_public_yet_is_refused() -> None:
    dossier = announced()
    with pytest.raises(Invalid) as refused:
        dossier.record_publicity(publicity(at=HELD + timedelta(hours=1)), HELD)
    assert refused.value.code == "published_in_future"


def test_only_hosts_publish_and_only_for_an_announced_activity() -> None:
    with pytest.raises(Invalid) as refused:
        announced().record_publicity(publicity(unit="wjj"), HELD)
    assert refused.value.code == "not_a_host"
    with pytest.raises(NotFound):
        Dossier.shell("activity-1").record_publicity(publicity(), HELD)


def test_the_list_has_an_end() -> None:
    dossier = announced()
    for number in range(PER_ACTIVITY):
        dossier.record_publicity(publicity(f"p{number}", url=f"https://portal.example/{number}"), HELD)
    with pytest.raises(Conflict) as refused:
        dossier.record_publicity(publicity("last", url="https://portal.example/last"), HELD)
    assert refused.value.code == "too_much_publicity"
