"""A list to export: people of every category and state, with names that nobody should see in a masked file."""

from datetime import timedelta

from services.registration.application.exports import Exported
from services.registration.application.ports import Contact
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import CreditedHost, OpenPoint, Session
from services.registration.domain.export import Export, ExportKind, FileFormat, Order
from services.registration.domain.plan import Plan
from services.registration.domain.plan_content import Content, Host, PlannedPoint, Role, Selection
from services.registration.domain.roster import Roster
from tests.unit.registration.rosters import CLOSES, DEPUTY, MEMBER, OPENS, RESIDENT, STARTS, roster

NAMES = ["张某甲", "李某乙", "王某丙", "欧阳某丁", "赵某戊"]
PHONES = [f"1300000123{number}" for number in range(5)]
SECRETS = [*NAMES, *PHONES]


def people(target: Roster, names: list[str]) -> dict[str, Contact]:
    """One registration for each name, of the categories in turn; the contacts by registration."""
    contacts = {}
    for number, name in enumerate(names):
        category = (RESIDENT, DEPUTY, MEMBER)[number % 3]
        target.register(f"r{number}", category, grassroots=number == 0, at=OPENS + timedelta(minutes=number))
        contacts[f"r{number}"] = Contact(name, f"1300000{1230 + number:04d}")
    return contacts


def export(**changes: object) -> Export:
    """Asked for at the opening."""
    said = {
        "id": "export",
        "point_id": "point",
        "kind": ExportKind.ROSTER,
        "format": FileFormat.CSV,
        "masked": True,
        "order": Order.REGISTERED,
        "reason": None,
        "by": "clerk",
        "at": CLOSES,
        "rows": 0,
    }
    return Export(**(said | changes))  # type: ignore[arg-type]


def activity(place: str = "一楼大厅", title: str = "走进政务服务大厅") -> Activity:
    """With one open point."""
    point = PlannedPoint("hall", "unit", "政务服务大厅", place, 20, {RESIDENT: 20})
    content = Content(
        title=title,
        theme="business",
        town="district",
        forms=("office_visit",),
        purpose="了解",
        agenda=("参观",),
        selection=Selection.FIRST_COME,
        hosts=(Host("unit", Role.LEAD, 1000),),
        points=(point,),
    )
    plan = Plan.draft("plan", "activity", content, by="clerk")
    plan.submit("notify", OPENS)
    hosts = (CreditedHost(content.hosts[0], assessed=True, supervising_unit_id=None),)
    points = (OpenPoint("point", "hall", "unit", "政务服务大厅", place, 20),)
    return Activity.announce(plan, hosts, points, Session(STARTS, STARTS + timedelta(hours=3)), OPENS)


def exported(names: list[str] = NAMES, cap: int = 20, **changes: object) -> Exported:
    """A list of these people."""
    target = roster(cap)
    contacts = people(target, names)
    return Exported(export(**changes), target, activity(), contacts)
