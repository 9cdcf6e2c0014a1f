"""What the district's units and rulebook say, against the policy and the code table."""

from collections import Counter

from deploy.data import DistrictData, load_expected, load_rulebook, load_season, load_units
from deploy.data.models.units import GUIDED_KINDS


def test_each_file_loads_from_its_default_place() -> None:
    assert load_units().code == "371312"
    assert load_rulebook().version == "hedong-2021.1"
    assert load_season().year == load_expected().year == 2021


def test_eleven_of_the_code_table_and_three_zones(hedong: DistrictData) -> None:
    units, day = hedong.units.units, hedong.units.as_of
    townships = [unit for unit in units if unit.kind in {"town", "subdistrict"}]
    assert len(townships) == 11
    assert {unit.id for unit in townships if not unit.active_on(day)} == {"zmdjd", "mjbjd", "cyjd"}
    assert [unit.id for unit in units if unit.kind == "development_zone"] == ["ttdjq", "lkjjq", "ngq"]


def test_guided_units_are_scored_through_their_guide(hedong: DistrictData) -> None:
    for unit in hedong.units.units:
        if unit.kind not in GUIDED_KINDS:
            assert unit.supervising_unit_id is None, unit.id
            continue
        guide = hedong.units.unit(unit.supervising_unit_id or "")
        assert guide is not None, unit.id
        assert guide.assessed, unit.id
        assert not unit.assessed, unit.id


def test_assessed_units_by_kind(hedong: DistrictData) -> None:
    assessed = Counter(unit.kind for unit in hedong.units.assessed_on(hedong.units.as_of))
    assert assessed == {"department": 30, "subdistrict": 5, "town": 3, "development_zone": 3, "stationed_unit": 3}


def test_rules_in_thousandths(hedong: DistrictData) -> None:
    points = {rule.code: rule.points for rule in hedong.rulebook.rules}
    assert points == {
        "held": 4000,
        "plan_filed_before_activity": 1000,
        "announced_in_time": 1000,
        "composition_met": 1000,
        "materials_in_time": 1000,
        "opinions_answered_in_time": 1000,
        "result_published": 1000,
        "absent_all_year": -2000,
        "materials_late": -500,
        "opinion_overdue": -200,
        "replicable_case": 1000,
        "superior_publication": 0,
        "live_stream": 200,
    }
    assert {rule.code: rule.cap for rule in hedong.rulebook.rules if rule.cap} == {
        "materials_late": 2000,
        "opinion_overdue": 1000,
    }
    publication = hedong.rulebook.rule("superior_publication")
    assert publication is not None
    assert publication.levels == {"city": 500, "province": 1000, "national": 2000}


def test_every_invented_number_is_labelled(hedong: DistrictData) -> None:
    assert [rule.code for rule in hedong.rulebook.rules if not rule.invented] == []
