"""Rosters to try rules on."""

from datetime import UTC, datetime, timedelta

from services.registration.domain.composition import Category
from services.registration.domain.draw import digest
from services.registration.domain.offering import OfferRule
from services.registration.domain.plan_content import Selection
from services.registration.domain.roster import Roster

OPENS = datetime(2021, 9, 7, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=6)
STARTS = OPENS + timedelta(days=8)
SEED = "5" * 64
DEPUTY, MEMBER, RESIDENT, MEDIA = Category


def roster(
    cap: int = 20,
    selection: Selection = Selection.FIRST_COME,
    quota: dict[Category, int] | None = None,
    offers: OfferRule | None = None,
) -> Roster:
    """An open roster, as announced."""
    made = Roster(
        id="point",
        activity_id="activity",
        unit_id="unit",
        town="district",
        cap=cap,
        offers=offers,
        quota=quota or {},
        selection=selection,
        seed_digest=digest(SEED) if selection == Selection.RANDOM_DRAW else None,
        opens_at=OPENS,
        closes_at=CLOSES,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3),
    )
    return made.open(20)


def fill(target: Roster, **people: int) -> list[str]:
    """Register so many of each kind (deputies, members, residents, media); the ids in order."""
    kinds = {"deputies": DEPUTY, "members": MEMBER, "residents": RESIDENT, "media": MEDIA}
    ids = []
    for kind, count in people.items():
        for number in range(count):
            ids.append(f"{kind}-{number}-{target.tickets}")
            target.register(ids[-1], kinds[kind], grassroots=False, at=OPENS)
    return ids
