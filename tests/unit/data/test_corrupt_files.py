"""A data file that is wrong is refused whole; the error names the file, the line, the field and the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.data import (
    DataFileError,
    check_district,
    load_calendar,
    load_calendar_year,
    load_rulebook,
    load_season,
    load_units,
)
from deploy.data.load import EXPECTED_FILE, RULEBOOK_FILE, SEASON_FILE, UNITS_FILE

MIX_OF_A05 = "{npc_deputy: 6, cppcc_member: 4, resident_representative: %d, media_representative: 3}"


@dataclass(frozen=True)
class Spoiled:
    """`old` becomes `new` once in `file`: a fault stands under `field` for `reason`, on the line of `at` (or `new`)."""

    file: str
    old: str
    new: str
    field: str
    reason: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


MALFORMED = [
    Spoiled(UNITS_FILE, 'code: "371312"', "code: [371312", "", "malformed YAML", at="as_of"),
    Spoiled(UNITS_FILE, "as_of: 2021-08-11", "district: 某区", "", "'district' stands twice"),
    Spoiled(UNITS_FILE, "as_of: 2021-08-11", "as_of: 2021-02-30", "", "not a date"),
]

UNITS = [
    Spoiled(UNITS_FILE, "kind: town, town: bahu", "kind: village, town: bahu", "units.6.kind", "Input should be"),
    Spoiled(UNITS_FILE, 'code: "371312"', "flag: x", "flag", "unknown field"),
    Spoiled(UNITS_FILE, 'code: "371312"', "flag: x", "code", "is missing", at="district: 河"),
    Spoiled(UNITS_FILE, "id: fgj,", "id: 发改局,", "units.15.id", "pattern"),
    Spoiled(UNITS_FILE, "id: czj,", "id: sfj,", "units.22.id", "sfj stands twice", at="id: sfj, name: 河东区财政局"),
    Spoiled(UNITS_FILE, "external, assessed: false", "external, assessed: true", "units.8", "outside", at="id: zmdjd"),
    Spoiled(UNITS_FILE, "unit_id: zjj, assessed", "unit_id: null, assessed", "units.64", "needs its", at="id: gsgs"),
    Spoiled(UNITS_FILE, "unit_id: zjj", "unit_id: nobody", "units.64.supervising_unit_id", "unknown supervising unit"),
    Spoiled(UNITS_FILE, "unit_id: zjj", "unit_id: qrmyy", "units.64.supervising_unit_id", "itself guided by another"),
    Spoiled(UNITS_FILE, "town: bahu", "town: atlantis", "units.6.town", "unknown town atlantis"),
]

CALENDAR = [
    Spoiled("calendar/2022.yaml", "  - 2022-01-31", "  - 2023-01-31", "holidays.1", "2023-01-31 is not in 2022"),
    Spoiled("calendar/2022.yaml", "  - 2022-01-31", "  - 2022-02-06", "holidays.1", "is a weekend day"),
    Spoiled("calendar/2022.yaml", "  - 2022-01-29", "  - 2022-01-28", "workdays.0", "is no weekend day"),
    Spoiled("calendar/2022.yaml", "  - 2022-01-31", "  - 2022-01-03", "holidays.1", "twice", at="01-03  # 春"),
    Spoiled("calendar/2022.yaml", "  - 2022-01-31", "  - soon", "holidays.1", "date"),
]

RULEBOOK = [
    Spoiled(RULEBOOK_FILE, "points: 4000", "points: 5000", "base_points", "add up to 11000", at="base_points:"),
    Spoiled(RULEBOOK_FILE, "points: -2000", "points: 2000", "rules.7", "below zero", at="- code: absent_all_year"),
    Spoiled(RULEBOOK_FILE, "points: -200 ", "points: -0.2 ", "rules.9.points", "integer"),
    Spoiled(RULEBOOK_FILE, "cap: 2000", "cap: 100", "rules.8", "smaller than", at="- code: materials_late"),
    Spoiled(RULEBOOK_FILE, "    levels:", "    level:", "rules.11.level", "unknown field"),
    Spoiled(
        RULEBOOK_FILE,
        "code: opinion_overdue",
        "code: held",
        "rules.9.code",
        "held stands twice",
        at="code: held\n    name: 意",
    ),
]

SEASON = [
    Spoiled(SEASON_FILE, "credit_share: 600", "credit_share: 601", "activities.5.hosts", "do not add up",
            at="hosts:\n      - {unit_id: wjj"),
    Spoiled(SEASON_FILE, "cap: 18", "cap: 28", "activities.1.points.0", "written reason", at="- slug: waterworks"),
    Spoiled(SEASON_FILE, MIX_OF_A05 % 7, MIX_OF_A05 % 6, "activities.4.points.0", "fewer than a third",
            at="- slug: recycling"),
    Spoiled(SEASON_FILE, "2021-12-17T09:00:00+08:00, ends_at: 2021", "2022-12-17T09:00:00+08:00, ends_at: 2022",
            "activities.8.rescheduling", "not in 2021", at="rescheduling:"),
    Spoiled(SEASON_FILE, "- id: a02\n", "- id: a11\n", "activities.1.opinions.0.id", "another", at="- id: a02-o1"),
    Spoiled(SEASON_FILE, "- id: a04\n", "- id: a01\n", "activities.3.id", "a01 stands twice",
            at="- id: a01\n    title: 「放"),
    Spoiled(SEASON_FILE, "closes_at: 2021-09-13T17:00:00+08:00", "closes_at: 2021-09-13T17:00:00Z",
            "activities.0.sign_up.closes_at", "+08:00"),
    Spoiled(SEASON_FILE, "submitted_at: 2021-09-03", "submitted_at: 2021-09-08", "activities.0.announced_at",
            "is before", at="announced_at: 2021-09-07"),
    Spoiled(SEASON_FILE, "drawn_at: 2021-11-15", "drawn_at: 2021-11-12", "activities.7.selection.drawn_at", "before"),
    Spoiled(SEASON_FILE, "{do: accepted, at: 2021-09-16T15:00", "{do: published, at: 2021-09-16T15:00",
            "activities.0.opinions.1", "published cannot follow assigned", at="- id: a01-o2"),
    Spoiled(SEASON_FILE, "stars: 2}", "stars: 6}", "activities.6.opinions.8.steps.7.stars", "less than"),
    Spoiled(SEASON_FILE, "url: https://city.example/news/a10", "url: https://city.test/news/a10",
            "activities.9.bonus_claims.0.url", ".example"),
    Spoiled(SEASON_FILE, "nil_return: {declared_at: 2021-10-21T17:00:00+08:00}", "nil_return: null",
            "activities.3.opinions", "opinions or a nil return", at="- id: a04"),
]  # fmt: skip

ACROSS = [
    Spoiled(SEASON_FILE, "unit_id: xzspfwj, role", "unit_id: nobody, role", "activities.0.hosts.0.unit_id", "unknown"),
    Spoiled(SEASON_FILE, "unit: nyncj}", "unit: zmdjd}", "activities.2.opinions.2.steps.0.unit", "takes no part"),
    Spoiled(SEASON_FILE, "town: taiping", "town: atlantis", "activities.4.town", "unknown town"),
    Spoiled(SEASON_FILE, "rule: replicable_case", "rule: live_room", "activities.0.bonus_claims.0.rule", "no bonus"),
    Spoiled(SEASON_FILE, "level: city", "level: galaxy", "activities.9.bonus_claims.0.level", "city, national"),
    Spoiled(SEASON_FILE, "rulebook: hedong-2021.1", "rulebook: hedong-2021.2", "rulebook", "is hedong-2021.1"),
    Spoiled(EXPECTED_FILE, "total: 8700", "total: 9700", "scorecards.zhzfj", "add up to 8700", at="  zhzfj:"),
    Spoiled(EXPECTED_FILE, "on_time: false", "on_time: true", "activities.a05.filing", "do not agree",
            at="filing:\n      due: 2021-11-02"),
    Spoiled(EXPECTED_FILE, "  units: 33", "  units: 32", "absent.units", "33 assessed units"),
    Spoiled(EXPECTED_FILE, "among_them: [kjj", "among_them: [zjj", "absent.among_them", "has a scorecard"),
    Spoiled(EXPECTED_FILE, "  scjgj:  #", "  gsgs:  #", "scorecards.gsgs", "not an assessed unit"),
]  # fmt: skip

LOADERS: dict[str, Callable[[Path], object]] = {
    UNITS_FILE: load_units,
    "calendar/2022.yaml": load_calendar_year,
    RULEBOOK_FILE: load_rulebook,
    SEASON_FILE: load_season,
}


def _spoil(folder: Path, spoiled: Spoiled) -> int:
    """Writes the fault into the copy; returns the line (from 1) where it must be reported."""
    path = folder / spoiled.file
    text = path.read_text(encoding="utf-8")
    assert spoiled.old in text, "the case no longer fits the data file"
    text = text.replace(spoiled.old, spoiled.new, 1)
    path.write_text(text, encoding="utf-8")
    return text[: text.index(spoiled.at or spoiled.new)].count("\n") + 1


def _is_shown(error: DataFileError, file: Path, line: int, spoiled: Spoiled) -> bool:
    assert f"{file}:{line}: " in str(error), str(error)
    shown = [(fault.file, fault.line, fault.field) for fault in error.faults if spoiled.reason in fault.reason]
    return (file, line, spoiled.field) in shown


@pytest.mark.parametrize("spoiled", [*MALFORMED, *UNITS, *CALENDAR, *RULEBOOK, *SEASON], ids=Spoiled.__str__)
def test_a_fault_is_shown_with_file_line_field_and_reason(folder: Path, spoiled: Spoiled) -> None:
    line, file = _spoil(folder, spoiled), folder / spoiled.file
    with pytest.raises(DataFileError) as caught:
        LOADERS[spoiled.file](file)
    assert _is_shown(caught.value, file, line, spoiled), str(caught.value)


@pytest.mark.parametrize("spoiled", ACROSS, ids=Spoiled.__str__)
def test_files_that_disagree_are_refused_in_the_same_way(folder: Path, spoiled: Spoiled) -> None:
    line, file = _spoil(folder, spoiled), folder / spoiled.file
    with pytest.raises(DataFileError) as caught:
        check_district(folder)
    assert _is_shown(caught.value, file, line, spoiled), str(caught.value)


def test_all_faults_of_a_file_are_shown_at_once(folder: Path) -> None:
    path = folder / RULEBOOK_FILE
    path.write_text(path.read_text(encoding="utf-8").replace("invented: true", "invented: maybe"), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_rulebook(path)
    assert len(caught.value.faults) == len(load_rulebook().rules)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / UNITS_FILE).unlink()
    with pytest.raises(DataFileError, match=r"units\.yaml: the file does not exist"):
        load_units(folder / UNITS_FILE)


def test_a_file_that_is_not_text_is_named(folder: Path) -> None:
    (folder / UNITS_FILE).write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(DataFileError, match=r"units\.yaml: the file cannot be read as UTF-8"):
        load_units(folder / UNITS_FILE)


def test_an_empty_file_is_refused(folder: Path) -> None:
    (folder / UNITS_FILE).write_text("", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"units\.yaml: "):
        load_units(folder / UNITS_FILE)


def test_a_year_under_another_years_name_is_refused(folder: Path) -> None:
    (folder / "calendar" / "2022.yaml").rename(folder / "calendar" / "2027.yaml")
    with pytest.raises(DataFileError, match=r"2027\.yaml:3: year: 2022 does not fit the file name"):
        load_calendar(folder / "calendar")


def test_a_season_without_its_calendar_year_is_refused(folder: Path) -> None:
    (folder / "calendar" / "2022.yaml").unlink()
    with pytest.raises(DataFileError, match="there is no calendar of 2022"):
        check_district(folder)


def test_a_folder_without_calendars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no calendar file"):
        load_calendar(tmp_path)


@pytest.mark.parametrize("line", range(1, 80, 3))
def test_a_file_cut_off_within_a_line_never_ends_in_another_error(folder: Path, line: int) -> None:
    """A half-written file is refused in the same words. (One that ends between two rules still adds up or does not.)"""
    path = folder / RULEBOOK_FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:line]) + "\n  - {", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"rulebook\.yaml:\d+: "):
        load_rulebook(path)
