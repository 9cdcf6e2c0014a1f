"""Registration's facts as contracts."""

from functools import singledispatch
from typing import Any

from services.registration.domain import activity_facts as activity
from services.registration.domain import plan, programme, retention, unit
from services.registration.domain import roster_facts as roster
from services.registration.domain.activity_parts import CreditedHost
from services.registration.domain.composition import Headcount
from services.registration.domain.credit import Share
from shared.aggregate import Fact
from shared.events import registration_v1 as v1
from shared.events.contract import Contract
from shared.time import end_of_day, start_of_day


@singledispatch
def published(fact: Fact) -> Contract:
    """The contract that tells others of a fact."""
    raise TypeError(f"{type(fact).__name__} has no contract")


@published.register
def _(fact: unit.UnitRegistered) -> Contract:
    known = fact.particulars
    return v1.UnitRegistered(
        unit_id=fact.unit_id,
        title=known.name,
        kind=known.kind,
        town=known.town,
        supervising_unit_id=known.supervising_unit_id,
        assessed=known.assessed,
        managed_by=known.managed_by,
        active_from=start_of_day(known.active_from),
        active_to=start_of_day(known.active_to) if known.active_to else None,
        since=start_of_day(fact.since),
    )


@published.register
def _(fact: programme.ProgrammeOpened) -> Contract:
    terms = fact.terms
    return v1.ProgrammeOpened(
        programme_id=fact.programme_id,
        title=terms.title,
        year=terms.year,
        open_months=terms.open_months,
        plans_from=start_of_day(terms.plans_from) if terms.plans_from else None,
        plans_until=end_of_day(terms.plans_until) if terms.plans_until else None,
        opened_at=fact.at,
    )


@published.register
def _(fact: programme.ProgrammeClosed) -> Contract:
    return v1.ProgrammeClosed(programme_id=fact.programme_id, year=fact.year, closed_at=fact.at)


@published.register
def _(fact: plan.PlanSubmitted) -> Contract:
    return v1.PlanSubmitted(**_plan(fact), submitted_at=fact.at)


@published.register
def _(fact: plan.PlanReturned) -> Contract:
    return v1.PlanReturned(**_plan(fact), returned_at=fact.at)


@published.register
def _(fact: plan.PlanFiled) -> Contract:
    return v1.PlanFiled(**_plan(fact), filed_at=fact.at, receipt=fact.receipt)


@published.register
def _(fact: activity.ActivityAnnounced) -> Contract:
    return v1.ActivityAnnounced(
        activity_id=fact.activity_id,
        title=fact.title,
        town=fact.town,
        theme=fact.theme,
        selection=fact.selection,
        hosts=_hosts(fact.hosts),
        open_points=tuple(
            v1.PointSummary(open_point_id=each.id, unit_id=each.unit_id, cap=each.cap) for each in fact.points
        ),
        starts_at=fact.session.starts_at,
        ends_at=fact.session.ends_at,
        announced_at=fact.announced_at,
        plan_filed_at=fact.plan_filed_at,
        programme_id=fact.programme_id,
    )


@published.register
def _(fact: activity.ActivityRescheduled) -> Contract:
    return v1.ActivityRescheduled(
        activity_id=fact.activity_id,
        previous_starts_at=fact.previous.starts_at,
        starts_at=fact.session.starts_at,
        ends_at=fact.session.ends_at,
        rescheduled_at=fact.at,
    )


@published.register
def _(fact: activity.ActivityCancelled) -> Contract:
    return v1.ActivityCancelled(activity_id=fact.activity_id, reason=fact.reason, cancelled_at=fact.at)


@published.register
def _(fact: activity.ActivityHeld) -> Contract:
    return v1.ActivityHeld(
        activity_id=fact.activity_id,
        town=fact.town,
        hosts=_hosts(fact.hosts),
        starts_at=fact.session.starts_at,
        held_at=fact.session.ends_at,
        announced_at=fact.announced_at,
        plan_filed_at=fact.plan_filed_at,
        confirmed=_counts(fact.attendance.confirmed),
        attended=_counts(fact.attendance.attended),
        composition_met=fact.attendance.composition_met,
    )


@published.register
def _(fact: roster.RegistrationOpened) -> Contract:
    return v1.RegistrationOpened(
        **_point(fact), opens_at=fact.at, closes_at=fact.closes_at, cap=fact.cap, seed_digest=fact.seed_digest
    )


@published.register
def _(fact: roster.RegistrationClosed) -> Contract:
    return v1.RegistrationClosed(**_point(fact), closed_at=fact.at)


@published.register
def _(fact: roster.RegistrationExtended) -> Contract:
    return v1.RegistrationExtended(
        **_point(fact),
        previous_closes_at=fact.previous,
        closes_at=fact.closes_at,
        reopened=fact.reopened,
        extended_at=fact.at,
    )


@published.register
def _(fact: roster.CapRaised) -> Contract:
    return v1.CapRaised(**_point(fact), cap=fact.cap, raised_at=fact.at)


@published.register
def _(fact: roster.Applied) -> Contract:
    return v1.RepresentativeApplied(**_person(fact))


@published.register
def _(fact: roster.NotDrawn) -> Contract:
    return v1.RepresentativeNotDrawn(**_person(fact))


@published.register
def _(fact: roster.Confirmed) -> Contract:
    return v1.RepresentativeConfirmed.model_validate({**_person(fact), "via": fact.via})


@published.register
def _(fact: roster.Waitlisted) -> Contract:
    return v1.RepresentativeWaitlisted(**_person(fact), reason=fact.reason, position=fact.position)


@published.register
def _(fact: roster.Offered) -> Contract:
    return v1.RepresentativeOffered(**_person(fact), answer_by=fact.answer_by)


@published.register
def _(fact: roster.OfferDeclined) -> Contract:
    return v1.RepresentativeOfferDeclined(**_person(fact))


@published.register
def _(fact: roster.OfferExpired) -> Contract:
    return v1.RepresentativeOfferExpired(**_person(fact))


@published.register
def _(fact: roster.Cancelled) -> Contract:
    return v1.RepresentativeCancelled.model_validate({**_person(fact), "was": fact.was})


@published.register
def _(fact: roster.CheckedIn) -> Contract:
    return v1.RepresentativeCheckedIn(**_person(fact))


@published.register
def _(fact: roster.CheckInUndone) -> Contract:
    return v1.RepresentativeCheckInUndone(**_person(fact))


@published.register
def _(fact: roster.Absent) -> Contract:
    return v1.RepresentativeAbsent(**_person(fact))


@published.register
def _(fact: roster.DrawCommitted) -> Contract:
    return v1.DrawCommitted(
        **_point(fact),
        seed_digest=fact.seed_digest,
        applicants_digest=fact.applicants_digest,
        applicants=fact.applicants,
        algorithm=fact.algorithm,
        committed_at=fact.at,
    )


@published.register
def _(fact: roster.DrawRevealed) -> Contract:
    return v1.DrawRevealed(**_point(fact), seed=fact.seed, drawn=_counts(fact.drawn), revealed_at=fact.at)


@published.register
def _(fact: roster.RosterLocked) -> Contract:
    return v1.RosterLocked(
        **_point(fact),
        confirmed=_counts(fact.confirmed),
        waiting=fact.waiting,
        waived=fact.waived,
        locked_at=fact.at,
    )


@published.register
def _(fact: roster.CompositionWaived) -> Contract:
    return v1.CompositionWaived(**_point(fact), short_by=fact.short_by, waived_at=fact.at)


@published.register
def _(fact: retention.HoldPlaced) -> Contract:
    return v1.LegalHoldPlaced(**_hold(fact), placed_at=fact.at)


@published.register
def _(fact: retention.HoldLifted) -> Contract:
    return v1.LegalHoldLifted(**_hold(fact), lifted_at=fact.at)


@published.register
def _(fact: retention.Erased) -> Contract:
    return v1.PersonalDataErased(
        activity_id=fact.activity_id, group=fact.group.value, erased=fact.erased, erased_at=fact.at
    )


def _plan(fact: plan.PlanFact) -> dict[str, Any]:
    return {
        "activity_id": fact.activity_id,
        "plan_id": fact.plan_id,
        "host_unit_id": fact.host_unit_id,
        "version": fact.edition,
        "programme_id": fact.programme_id,
    }


def _hold(fact: retention.HoldPlaced) -> dict[str, Any]:
    return {"activity_id": fact.activity_id, "hold_id": fact.hold_id, "registration_id": fact.registration_id}


def _point(fact: roster.PointFact) -> dict[str, Any]:
    return {"activity_id": fact.activity_id, "open_point_id": fact.point_id}


def _person(fact: roster.RepresentativeFact) -> dict[str, Any]:
    return {
        **_point(fact),
        "registration_id": fact.registration_id,
        "category": fact.category.value,
        "grassroots": fact.grassroots,
        "at": fact.at,
    }


def _counts(people: Headcount) -> dict[v1.Category, int]:
    return {each.value: count for each, count in people.items()}


def _hosts(hosts: tuple[CreditedHost, ...]) -> tuple[v1.Host, ...]:
    return tuple(
        v1.Host(
            unit_id=each.host.unit_id,
            role=each.host.role.value,
            credit=each.host.credit,
            assessed=each.assessed,
            supervising_unit_id=each.supervising_unit_id,
            share=_share(each.host.share),
        )
        for each in hosts
    )


def _share(share: Share | None) -> v1.Share | None:
    return v1.Share(numerator=share.numerator, denominator=share.denominator) if share else None
