"""What a plan must say before it is kept. Policy clauses two, three and six (1)."""

from collections.abc import Iterable, Sequence

from services.registration.domain.composition import USUAL_CAP, Composition
from services.registration.domain.credit import check_shares
from services.registration.domain.plan_content import Content, PlannedPoint
from services.registration.domain.plan_sections import check_time
from services.registration.domain.rota import Rota
from shared.errors import Conflict, Invalid

MOST_TEXT = 48_000
"""Bytes of UTF-8 in all texts of a plan, 16 000 Chinese characters: with all that it remembers its document keeps
below 100 KB."""


def check(content: Content) -> None:
    """Raises Invalid, with a code for each rule."""
    if len(content.leads) != 1:
        raise Invalid("one_lead", "须有且只有一个牵头单位。", "Exactly one host leads.")
    if len({each.unit_id for each in content.hosts}) != len(content.hosts):
        raise Invalid("hosts_distinct", "同一单位不得重复列为主办单位。", "Each hosting unit is named once.")
    if len({each.share is None for each in content.hosts}) > 1:
        raise Invalid("shares_mixed", "计分份额须统一写法。", "Say all shares as fractions, or all in thousandths.")
    check_shares([each.exact for each in content.hosts])
    if len({each.slug for each in content.points}) != len(content.points) or not content.points:
        raise Invalid(
            "points_distinct", "至少一个开放点，且编号不得重复。", "At least one open point, each named once."
        )
    for point in content.points:
        _check_point(point)
    check_time(content.planned_time)
    _check_rota(content.rota, content.points)
    _check_length(content)


def must_be_active(inactive: Sequence[str]) -> None:
    """A plan is sent for units that exist. Raises Conflict with those that do not any more."""
    if inactive:
        raise Conflict(
            "units_inactive",
            "方案中有单位已撤并或不在本区管理范围内，请更换后再报送。",
            "The plan names units that are no longer active in the district; replace them, then submit.",
            units=list(inactive),
        )


def _check_point(point: PlannedPoint) -> None:
    planned = Composition.planned(point.mix)
    if point.cap > USUAL_CAP and not point.cap_reason:
        raise Invalid(
            "cap_needs_reason",
            "每个开放点原则上不超过 20 人，超过的须书面说明理由。",
            "More than 20 at a point needs a written reason.",
            point=point.slug,
        )
    if planned.total > point.cap:
        raise Invalid("mix_over_cap", "各类代表人数之和超过上限。", "The mix exceeds the cap.", point=point.slug)
    if not planned.met:
        raise Invalid(
            "composition_short",
            f"群众代表不得低于三分之一，还需增加 {planned.short_by} 名。",
            f"Residents must be at least one third; add {planned.short_by}.",
            point=point.slug,
            short_by=planned.short_by,
        )


def _check_length(content: Content) -> None:
    if sum(len(each.encode()) for each in _texts(content)) > MOST_TEXT:
        raise Invalid(
            "plan_too_long",
            f"方案全文过长，请精简到约 {MOST_TEXT // 3} 个汉字以内。",
            f"The texts of this plan are too long together; keep them below {MOST_TEXT} bytes.",
            most=MOST_TEXT,
        )


def _texts(content: Content) -> Iterable[str]:
    yield from (content.title, content.purpose, *content.agenda, content.id_number_reason or "")
    yield from (each for each in vars(content.sections).values() if each)
    yield (content.planned_time and content.planned_time.said) or ""
    for point in content.points:
        yield from (point.name, point.place, point.cap_reason or "")


def _check_rota(rota: Rota | None, points: Sequence[PlannedPoint]) -> None:
    """Groups need several points, and every point room for every group."""
    if rota is None:
        return
    if len(points) < 2:
        raise Invalid(
            "rota_needs_points", "分组轮转至少需要两个开放点。", "Groups that move need two open points or more."
        )
    if len({each.cap for each in points}) > 1:
        raise Invalid(
            "rota_caps_differ",
            "分组轮转的各开放点人数上限须相同：每组都到每个点。",
            "Where groups move, every point has the same cap: every group comes to every point.",
            caps={each.slug: each.cap for each in points},
        )
