import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import CLAIM, INDICATORS, SERIES, append, change_rows, edit, story_indicators

from dashboard.catalog import Catalog, flatten, load_catalog
from dashboard.exceptions import CatalogError
from dashboard.models import (
    TOTAL,
    Breakdown,
    CaseStudy,
    Claim,
    ClaimValue,
    Commitment,
    Disagreement,
    Indicator,
    IndicatorSource,
    Milestone,
    Observation,
    Place,
    Source,
    Target,
    Theme,
)

Spoil = Callable[[Path], object]
TOML = f"data/indicators/{SERIES}.toml"
CSV = f"data/indicators/{SERIES}.csv"
PLATFORMS = "data/indicators/integrity_platforms.toml"
CLAIMS = "data/claims/procurement.toml"
FACTS = "case_studies/open-procedures/facts.toml"
STORY = "case_studies/open-procedures/en.md"


def _problems(root: Path) -> list[str]:
    try:
        load_catalog(root / "data", root / "case_studies")
    except CatalogError as error:
        return error.problems
    return []


def _replace(file: str, old: str, new: str) -> Spoil:
    return lambda root: edit(root / file, old, new)


def _append(file: str, words: str) -> Spoil:
    return lambda root: append(root / file, words)


def _remove(file: str) -> Spoil:
    return lambda root: (root / file).unlink()


def _first(file: str, old: str, new: str) -> Spoil:
    def spoil(root: Path) -> None:
        words = (root / file).read_text(encoding="utf-8")
        assert old in words
        (root / file).write_text(words.replace(old, new, 1), encoding="utf-8")

    return spoil


def _repeat_source(root: Path) -> None:
    """Give a source of one theme once more under another."""
    words = (root / "data/sources/procurement.toml").read_text(encoding="utf-8")
    block = words[words.index("[proc_ly_budget_2023]") :]
    append(root / "data/sources/youth.toml", block[: block.index("\n[")])


def _big5(file: str) -> Spoil:
    def spoil(root: Path) -> None:
        path = root / file
        path.write_bytes(path.read_text(encoding="utf-8").encode("big5", errors="replace"))

    return spoil


# What is done to the folder → words the one problem must contain: the file (or the row's key), the place, the trouble.
BAD_FILES: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "code list missing": (_remove("data/licenses.toml"), ("data/licenses.toml", "file is missing")),
    "observations missing": (_remove(CSV), (CSV, "file is missing")),
    "table missing": (_remove("data/plans/members.csv"), ("data/plans/members.csv", "file is missing")),
    "toml not utf-8": (_big5("data/gaps/budget.toml"), ("data/gaps/budget.toml", "not UTF-8")),
    "csv not utf-8": (_big5("data/plans/meetings.csv"), ("data/plans/meetings.csv", "not UTF-8")),
    "invalid toml": (_replace("data/gaps/budget.toml", "# ", "[[", ), ("data/gaps/budget.toml", "not valid TOML")),
    "unknown key": (_replace(TOML, "unit =", 'colour = "red"\nunit ='), (TOML, "unknown key colour")),
    "unknown column": (
        lambda root: change_rows(root / CSV, lambda rows: [row | {"mood": "good"} for row in rows[:1]]),
        (CSV, "line 2", "unknown key mood"),
    ),
    "missing language": (_replace("data/themes.toml", ', en = "Integrity" }', " }"), ("data/themes.toml", "title")),
    "missing key": (_replace(TOML, 'unit = "percent_2"\n', ""), (TOML, "unit", "required")),
    "unknown result level": (_replace(TOML, '"outcome"', '"success"'), (TOML, "result_level", "'outcome'")),
    "unknown unit": (_replace(TOML, '"percent_2"', '"furlongs"'), (SERIES, "unit", '"furlongs" is not in unit')),
    "unknown theme": (_replace(TOML, '"procurement"', '"cheese"'), (SERIES, "theme", '"cheese" is not in theme')),
    "unknown status": (
        lambda root: change_rows(root / CSV, lambda rows: [*rows[:-1], rows[-1] | {"obs_status": "Y"}]),
        (CSV, "line 5", "obs_status", "'A'"),
    ),
    "bad period": (_append(CSV, "TWN,113,83\n"), (CSV, "line 6", "time_period", '"113" is not a period such as 2024')),
    "bad number": (_append(CSV, "TWN,2023,many\n"), (CSV, "line 6", "obs_value", "number")),
    "bad date": (_replace(TOML, "reviewed = 2026-11-23", 'reviewed = "soon"'), (TOML, "reviewed", "date")),
    "too few cells": (_append(CSV, "TWN,2023\n"), (CSV, "line 6", "another number of cells")),
    "too many cells": (_append(CSV, "TWN,2023,83,1,2\n"), (CSV, "line 6", "another number of cells")),
    "open quotation mark": (_append(CSV, 'TWN,2023,"83\n'), (CSV, "line 5", "unexpected end of data")),
    "unknown place": (_append(CSV, "TW-XXX,2023,83\n"), (CSV[5:], "TW-XXX 2023", "ref_area", "data/places")),
    "no source": (_replace(TOML, '["proc_ly_budget_2023"]', "[]"), (TOML, "sources", "at least one source")),
    "unknown source": (
        lambda root: (
            edit(root / TOML, '["proc_ly_budget_2023"]', '["proc_ly_budget_2023", "hearsay"]'),
        ),
        (SERIES, "source_code", '"hearsay" is not in source'),
    ),
    "source not listed": (
        lambda root: change_rows(root / CSV, lambda rows: [*rows[:-1], rows[-1] | {"source_code": "int_tf6_2022_04"}]),
        (f"{SERIES}.csv", "TWN", "source_code", "not among the sources"),
    ),
    "breakdown without label": (
        lambda root: change_rows(root / CSV, lambda rows: [*rows[:-1], rows[-1] | {"breakdown": "works"}]),
        (f"{SERIES}.csv", "TWN 2022", '"works" has no [[breakdown]]'),
    ),
    "breakdown in one language": (
        _replace(PLATFORMS, 'en = "Running"\n', ""),
        (PLATFORMS, "[[breakdown]]", "title_en", "required"),
    ),
    "duplicate part": (
        _replace(PLATFORMS, 'code = "running"', 'code = "finished"'),
        ("breakdown", "integrity_platforms/finished", "given twice"),
    ),
    "duplicate source": (_repeat_source, ("data/sources/youth.toml", "source", "given twice")),
    "duplicate gap": (
        _replace("data/gaps/budget.toml", '"budget_final_accounts"', '"budget_ethics_units"'),
        ("gap", "given twice"),
    ),
    "unknown event": (
        _replace(PLATFORMS, '"integrity_platform_commitment"', '"moon_landing"'),
        ("integrity_platforms", "event_code", '"moon_landing" is not in event'),
    ),
    "unknown commitment source": (
        _first("data/plans/nap1/1-1.toml", "sources = [", 'sources = ["hearsay", '),
        ("nap1-1-1", "sources", '"hearsay" is not in data/sources'),
    ),
    "unknown milestone status": (
        lambda root: edit(root / "data/plans/nap1/1-1.toml", '"notMet"', '"late"'),
        ("data/plans/nap1/1-1.toml", "[[milestone]] 5", "status", "'notMet'"),
    ),
    "unknown operation": (
        _replace(CLAIMS, "difference =", "sum ="),
        (CLAIMS, "open_share_fell_by, fall", "difference, ratio, percent_change"),
    ),
    "operation on one value": (
        _replace(CLAIMS, 'difference = ["first", "last"]', 'difference = ["first"]'),
        (CLAIMS, "open_share_fell_by, fall", "difference, ratio, percent_change"),
    ),
    "unknown design": (
        _replace(CLAIMS, CLAIM, CLAIM.replace("Ds2", "Ds9")),
        (CLAIMS, "open_share_fell_by", "design", "'Ds2'"),
    ),
    "left as in the template": (
        _replace("data/gaps/budget.toml", "監督機關歷年的法定預算與決算", "⟦…⟧"),
        ("data/gaps/budget.toml", "title_zh_tw", "template"),
    ),
    "story with unknown lead": (
        _replace(FACTS, 'lead_indicator = "procurement_open_share_count"', 'lead_indicator = "luck"'),
        ("lead_indicator", '"luck" is not in indicator'),
    ),
    "story with unknown source": (
        _replace(FACTS, '  "proc_ly_budget_2023",\n', '  "hearsay",\n'),
        ("open-procedures", "sources", '"hearsay" is not in data/sources'),
    ),
}  # fmt: skip


def test_the_small_folders_have_no_problem(small_folders: Path) -> None:
    assert _problems(small_folders) == []


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_gives_one_clear_problem_and_no_other(kind: str, folders: Path) -> None:
    """A row that is dropped while others still point at it is told once, too."""
    spoil, words = BAD_FILES[kind]
    spoil(folders)
    problems = _problems(folders)
    for word in words:
        assert word in problems[0]
    assert len(problems) == 1 or kind == "duplicate part"


@pytest.mark.parametrize(
    "kind",
    ["duplicate gap", "duplicate source", "unknown unit", "unknown theme", "unknown event"],
)
def test_a_problem_between_files_names_a_file(kind: str, folders: Path) -> None:
    BAD_FILES[kind][0](folders)
    assert all(".toml" in problem for problem in _problems(folders))


def test_all_problems_of_all_files_are_told_at_once(folders: Path) -> None:
    (folders / "data/licenses.toml").unlink()
    edit(folders / TOML, '"outcome"', '"success"')
    append(folders / "data/indicators/cpi_score.csv", "TWN,soon,57,,,,,\n")
    (folders / STORY).unlink()
    problems = "\n".join(_problems(folders))
    for name in ("licenses.toml", f"{SERIES}.toml", "cpi_score.csv", "en.md"):
        assert name in problems


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(_remove(STORY), "told in both languages", id="one language missing"),
        pytest.param(_replace(STORY, "summary =", "lead ="), "must begin with title", id="no summary"),
        pytest.param(lambda root: (root / STORY).write_text("Once", encoding="utf-8"), "two lines of", id="no front"),
        pytest.param(_big5("case_studies/open-procedures/zh-TW.md"), "must begin with", id="not utf-8"),
    ],
)
def test_a_bad_story_file_is_named(spoil: Spoil, words: str, folders: Path) -> None:
    spoil(folders)
    problems = _problems(folders)
    assert any("open-procedures/" in problem and ".md" in problem and words in problem for problem in problems)


def test_a_missing_story_file_is_told_once(folders: Path) -> None:
    (folders / STORY).unlink()
    assert len(_problems(folders)) == 1


@pytest.mark.parametrize("file", [TOML, CLAIMS, "data/events/integrity.toml"])
def test_an_empty_file_is_a_problem(file: str, folders: Path) -> None:
    # The story would miss the indicator too; what must be told is the empty file itself.
    (folders / file).write_bytes(b"")
    assert any(Path(file).name in problem for problem in _problems(folders))


def test_observations_without_their_indicator_are_a_problem(folders: Path) -> None:
    (folders / "data/indicators/trace_rank.toml").unlink()
    assert any("trace_rank" in problem for problem in _problems(folders))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            "data/indicators/remote_broadband_coverage.toml", '[[target]]\ntime_period = "2015"', "", id="target"
        ),
        pytest.param(CLAIMS, "", CLAIM.replace("[[claim]]", "[claim]"), id="claim"),
        pytest.param("data/gaps/budget.toml", "", "", id="gap"),
        pytest.param("data/sources/procurement.toml", "", 'title = "Budget"\n', id="source"),
    ],
)
def test_a_table_written_with_single_brackets_is_a_problem(file: str, old: str, new: str, folders: Path) -> None:
    path = folders / file
    words = path.read_text(encoding="utf-8")
    if file.endswith("remote_broadband_coverage.toml"):
        words = words[: words.rindex("[[target]]")].replace("[[target]]", "[target]")
    elif "gaps" in file:
        words = words[: words.index("[[gap]]", words.index("[[gap]]") + 1)].replace("[[gap]]", "[gap]")
    else:
        words = new if file == CLAIMS else new + words
    path.write_text(words, encoding="utf-8")
    assert _problems(folders)


def test_a_byte_order_mark_does_no_harm(folders: Path) -> None:
    path = folders / CSV
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert _problems(folders) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("data/indicators/remote_broadband_coverage.toml", '"2015"', '"soon"', id="target"),
        pytest.param("data/indicators/data_requests.toml", 'time_period = "2019"', 'time_period = "later"', id="break"),
        pytest.param("data/events/integrity.toml", 'date = "2018-07"', 'date = "in July"', id="event"),
        pytest.param("data/plans/nap1/1-1.toml", 'due_date = "2024-05"', 'due_date = "in May"', id="milestone"),
        pytest.param("data/plans/meetings.csv", "1,2020-10-28", "1,autumn", id="meeting"),
    ],
)
def test_a_date_outside_the_observations_is_checked_too(file: str, old: str, new: str, folders: Path) -> None:
    edit(folders / file, old, new)
    assert _problems(folders)


def test_the_published_example_of_each_kind_is_read(small_catalog: Catalog) -> None:
    indicators = {row.code: row for row in small_catalog.rows(Indicator)}
    assert set(indicators) == {*INDICATORS, *story_indicators()}
    one = indicators[SERIES]
    assert (one.theme, one.unit, one.baseline_period) == ("procurement", "percent_2", "2019")
    assert "public procurement" in one.keywords
    rows = [row for row in small_catalog.observations if row.indicator_code == SERIES]
    assert [(row.time_period, row.obs_value) for row in rows] == [
        ("2019", 87.06), ("2020", 85.7), ("2021", 84.53), ("2022", 83.9),
    ]  # fmt: skip
    assert {(row.source_code, row.published, row.breakdown) for row in rows} == {
        ("proc_ly_budget_2023", one.published, TOTAL)
    }
    links = [row for row in small_catalog.rows(IndicatorSource) if row.indicator_code == "integrity_platforms"]
    assert [(row.position, row.source_code) for row in links] == [(0, "int_tf6_2022_04"), (1, "int_tf3_2021_05")]
    parts = [row for row in small_catalog.rows(Breakdown) if row.indicator_code == "integrity_platforms"]
    assert [(row.position, row.code, row.title_en) for row in parts] == [
        (0, "finished", "Finished"),
        (1, "running", "Running"),
    ]
    rivals = [row for row in small_catalog.rows(Disagreement) if row.indicator_code == "integrity_platforms"]
    assert [row.obs_value for row in rivals] == [34, 52, 90]
    goals = [row for row in small_catalog.rows(Target) if row.indicator_code == "remote_broadband_coverage"]
    assert [(row.time_period, row.obs_value) for row in goals] == [("2014", 85), ("2015", 95)]


def test_plans_stories_and_claims_are_read_with_what_belongs_to_them(
    small_catalog: Catalog, small_folders: Path
) -> None:
    folder = small_folders / "case_studies" / "open-procedures"
    commitments = {row.code: row for row in small_catalog.rows(Commitment)}
    assert commitments["nap1-1-1"].plan == "nap1"
    steps = [row for row in small_catalog.rows(Milestone) if row.commitment == "nap1-1-1"]
    assert [row.code for row in steps] == [f"nap1-1-1.{number}" for number in range(1, 6)]
    (story,) = small_catalog.rows(CaseStudy)
    assert story.slug == "open-procedures" and story.lead_indicator == SERIES
    assert story.title_en in (folder / "en.md").read_text(encoding="utf-8")
    assert story.body_zh_tw in (folder / "zh-TW.md").read_text(encoding="utf-8")
    claims = {row.id: row for row in small_catalog.rows(Claim)}
    assert {row.case_study for row in claims.values()} == {None, "open-procedures"}
    assert (claims["open_share_fell_by"].case_study, claims["open_share_fell_by"].theme) == (None, "procurement")
    values = {row.name: row for row in small_catalog.rows(ClaimValue) if row.claim_id == "open_share_fell_by"}
    assert (values["fall"].operation, values["fall"].operand_a, values["fall"].operand_b) == (
        "difference",
        "first",
        "last",
    )
    assert (values["last"].indicator_code, values["last"].time_period) == (SERIES, "2022")


def test_a_claim_without_headline_shows_its_first_value(folders: Path) -> None:
    edit(folders / CLAIMS, 'headline = "fall"\n', "")
    catalog = load_catalog(folders / "data", folders / "case_studies")
    assert next(row.headline for row in catalog.rows(Claim) if row.id == "open_share_fell_by") == "first"


def test_there_may_be_no_stories(folders: Path) -> None:
    shutil.rmtree(folders / "case_studies")
    assert load_catalog(folders / "data", folders / "case_studies").rows(CaseStudy) == []


def test_rows_keep_the_order_of_the_files(small_catalog: Catalog) -> None:
    assert [row.position for row in small_catalog.rows(Theme)] == list(range(len(small_catalog.rows(Theme))))
    assert len({row.code for row in small_catalog.rows(Source)}) == len(small_catalog.rows(Source))
    assert len({row.code for row in small_catalog.rows(Place)}) == len(small_catalog.rows(Place))
    assert all(isinstance(row, Observation) for row in small_catalog.observations)


def test_texts_in_two_languages_are_spread_into_two_columns() -> None:
    table = {"title": {"zh-TW": "甲", "en": "A"}, "unit": "days", "values": {"a": 1}, "empty": {}}
    assert flatten(table) == {"title_zh_tw": "甲", "title_en": "A", "unit": "days", "values": {"a": 1}, "empty": {}}
