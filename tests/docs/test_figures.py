"""Figures that the documents give are those of the code."""

import pytest

from deploy.local.settings import LocalSettings
from services.registration.domain.roster import WAITING_CAP
from shared.messaging import consumer
from shared.security import tokens
from shared.settings import HttpSettings, KafkaSettings
from shared.storage import document, lane, relay
from tests.docs.documents import CHINESE, DECISIONS, README

FIGURES = [
    (2, "up to {} of them", [lane.BATCH]),
    (2, "after {} lost races in a row", [lane.RACES]),
    (2, "the last {} `Idempotency-Key`s", [document.KEPT_ANSWERS]),
    (2, "answers are bounded ({}, {}, {})", [WAITING_CAP, lane.OUTBOX_CAP, document.KEPT_ANSWERS]),
    (2, "forgotten after {} later keys", [document.KEPT_ANSWERS]),
    (3, "{} KiB at most", [document.EVENT_CAP // 1024]),
    (3, "at the start and every {:.0f} s", [relay.SWEEP]),
    (3, "up to {} aggregates go side by side", [relay.WORKERS]),
    (3, "has {} facts waiting", [lane.OUTBOX_CAP]),
    (6, "growing to {:.0f} s", [consumer.LONGEST_PAUSE]),
    (6, "After {} dead letters without one good event", [consumer.IN_A_ROW]),
    (6, "after {:.0f} s without a poll", [KafkaSettings().silence_seconds]),
    (11, "{} s of leeway", [tokens.LEEWAY]),
]
DEFAULTS = {
    "OPENDAY_LOCAL_PORT_BASE": str(LocalSettings.model_fields["local_port_base"].default),
    "OPENDAY_HTTP__MAX_BODY_BYTES": str(HttpSettings().max_body_bytes),
    "OPENDAY_KAFKA__SILENCE_SECONDS": f"{KafkaSettings().silence_seconds:.0f}",
    "OPENDAY_KAFKA__REPLICATION": str(KafkaSettings().replication),
    "OPENDAY_KAFKA__PARTITIONS": str(KafkaSettings().partitions),
}


@pytest.mark.parametrize(("number", "said", "figures"), FIGURES)
def test_a_decisions_figure_is_the_codes(number: int, said: str, figures: list[float]) -> None:
    text = " ".join(DECISIONS[number - 1].read_text(encoding="utf-8").split())
    assert said.format(*figures) in text


@pytest.mark.parametrize(("variable", "default"), DEFAULTS.items())
def test_a_default_is_the_codes_in_both_languages(variable: str, default: str) -> None:
    for readme in (README, CHINESE):
        row = next(each for each in readme.read_text(encoding="utf-8").splitlines() if variable in each)
        assert default in row.split("|")[2]
