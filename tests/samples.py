"""A small honest data folder: a handful of real indicators with everything they refer to, and ways to change it."""

import csv
import re
import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dashboard.settings import ROOT

DATA = ROOT / "data"
# Gaps, intervals, breaks, targets, events, parts, townships, counties, countries, two sources: some of each.
INDICATORS = (
    "cpi_score",
    "data_requests",
    "fraud_losses_five_months",
    "fraud_losses_monthly",
    "integrity_platform_project_cost",
    "integrity_platform_project_progress",
    "integrity_platforms",
    "leak_location_days",
    "open_tender_first_award_rate",
    "open_tender_retender_days",
    "procurement_open_share_count",
    "procurement_open_share_value",
    "remote_broadband_coverage",
    "same_sex_marriages",
    "same_sex_share_of_marriages",
    "trace_rank",
    "voting_age_turnout",
    "voting_age_yes_share",
    "youth_committee_proposals",
)
SERIES = "procurement_open_share_count"
"""The plainest of them: four years, one place, one source, with a claim resting on it."""

STORY = "open-contracting"
"""The story that comes along, with every indicator its claims rest on."""
CLAIM = """
[[claim]]
id = "open_share_fell_by"
indicator = "procurement_open_share_count"
result_level = "outcome"
design = "Ds2"
reliability = "sufficient"
independence = "I1"
checked = 2026-11-23
headline = "fall"
title = { zh-TW = "公開方式占比由 {first} 降為 {last}", en = "The open share fell by {fall} percentage points" }
sentence = { zh-TW = "由 {first} 降為 {last}，相差 {fall}。", en = "It fell from {first} to {last}, by {fall}." }
biggest_doubt = { zh-TW = "占比下降可能只是採購組成改變。", en = "The mix of purchases may differ." }

[claim.values]
first = ["procurement_open_share_count", "TWN", "2019"]
last = ["procurement_open_share_count", "TWN", "2022"]
fall = { difference = ["first", "last"] }
times = { ratio = ["last", "first"] }
"""


LEFT_OUT = ("build", "indicators", "claims", "opinions", "*.geojson", "*.md")
"""What is copied in parts, or belongs to stories and sources that do not come along."""


def copy_shapes(data: Path) -> None:
    """Copy the shapes of all places, which pages with maps ask for."""
    for path in sorted((DATA / "places").glob("*.geojson")):
        shutil.copy(path, data / "places")


def copy_data(target: Path, codes: Iterable[str] = INDICATORS) -> Path:
    """Copy the published folder with only these indicators, those of the story, and the claims that rest on them."""
    wanted = {*codes, *story_indicators()}
    shutil.copytree(DATA, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (target / "indicators").mkdir()
    for code in wanted:
        for ending in (".toml", ".csv"):
            shutil.copy(DATA / "indicators" / f"{code}{ending}", target / "indicators")
    (target / "claims").mkdir()
    for path in sorted((DATA / "claims").glob("*.toml")):
        kept = [block for block in _claim_blocks(path) if _claim_codes(block) <= wanted]
        if kept:
            (target / "claims" / path.name).write_text("\n".join(kept), encoding="utf-8")
    append(target / "claims" / "procurement.toml", CLAIM)
    _drop_uncited_sources(target)
    return target


def _drop_uncited_sources(target: Path) -> None:
    texts = [path for path in target.rglob("*.*") if path.parent.name != "sources"]
    texts += sorted((ROOT / "case_studies" / STORY).iterdir())
    cited = {word for path in texts for word in re.findall(r"[a-z0-9_]+", path.read_text(encoding="utf-8"))}
    for path in sorted((target / "sources").glob("*.toml")):
        blocks = re.split(r"^(?=\[\w+\]$)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        kept = [block for block in blocks if block[1:].split("]")[0] in cited]
        path.write_text("".join(kept), encoding="utf-8")
        if not kept:
            path.unlink()


def _claim_blocks(path: Path) -> list[str]:
    _, *blocks = path.read_text(encoding="utf-8").split("[[claim]]\n")
    return [f"[[claim]]\n{block}" for block in blocks]


def _claim_codes(block: str) -> set[str]:
    claim = tomllib.loads(block)["claim"][0]
    keys = [key[0] for key in claim.get("values", {}).values() if isinstance(key, list)]
    return {claim["indicator"], *keys}


def story_indicators() -> set[str]:
    """Return every indicator the story needs: of its own claims, of claims it cites, of its figures."""
    folder = ROOT / "case_studies" / STORY
    words = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    needed = {tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))["lead_indicator"]}
    needed |= set(re.findall(r"\{\{(?:figure|map):\s*([a-z0-9_]+)", words))
    cited = set(re.findall(r"\{(?:claim:)?([a-z0-9_]+)[.}]", words))
    for path in [folder / "facts.toml", *(DATA / "claims").glob("*.toml")]:
        for block in _claim_blocks(path):
            if path.parent == folder or tomllib.loads(block)["claim"][0]["id"] in cited:
                needed |= _claim_codes(block)
    return needed


def copy_story(folder: Path) -> Path:
    """Copy one published story, under an address of its own."""
    shutil.copytree(ROOT / "case_studies" / STORY, folder / "open-procedures")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace words in a text file that must be there exactly once."""
    words = path.read_text(encoding="utf-8")
    assert words.count(old) == 1, f"{old!r} stands {words.count(old)} times in {path.name}"
    path.write_text(words.replace(old, new), encoding="utf-8")


def append(path: Path, words: str) -> None:
    """Add words at the end of a text file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(words)


def change_rows(path: Path, change: Callable[[list[dict[str, Any]]], Iterable[Mapping[str, Any]]]) -> None:
    """Rewrite a table of observations by a function of its rows."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(change(list(csv.DictReader(file))))
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_vintages(data: Path) -> None:
    """Give the plain series three days of publication: first figures a correction, a further year.

    The claim on it was checked before the correction.
    """
    edit(data / "claims" / "procurement.toml", CLAIM, CLAIM.replace("checked = 2026-11-23", "checked = 2026-11-05"))
    note = {"note_zh_tw": "發布者更正。", "note_en": "Corrected by the publisher."}

    def revise(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first = [row | {"published": "2026-11-01"} for row in rows]
        corrected = first[-1] | {"obs_value": "83.7", "published": "2026-11-10"} | note
        later = first[-1] | {"time_period": "2023", "obs_value": "83.1", "published": "2026-11-20"}
        return [*first, corrected, later]

    change_rows(data / "indicators" / f"{SERIES}.csv", revise)


EMBARGO = "2026-12-01"
SEALED = "sealed"
"""Stands in the code of everything ``write_embargo`` adds."""
SENTINELS = ("Quandary", "比占比占", "71.37", "68.24", "59.61")
"""Words and values that nothing but the rows under embargo holds: row, target, value of the new indicator.

The story's own claims rest on figures that are public, so they are too; their address does not name it.
"""


def write_embargo(data: Path, case_studies: Path) -> None:
    """Add a row to the plain series, an indicator with a target, a claim, a story and a consultation, all of one day.

    The study of joining the OGP becomes public on that day too. The data must hold its indicator.
    """
    change_rows(
        data / "indicators" / f"{SERIES}.csv",
        lambda rows: [*rows, rows[-1] | {"time_period": "2023", "obs_value": "71.37", "published": EMBARGO}],
    )
    study = data / "indicators" / "ogp_joining_estimates.toml"
    edit(study, "published = 2026-11-23", f"published = {EMBARGO}")
    _seal_indicator(data / "indicators")
    claim = re.sub(r"open_share_fell_by|procurement_open_share_count", "sealed_share", CLAIM)
    claim = claim.replace("公開方式占比由", "比占比占由").replace("The open share", "The Quandary share")
    append(data / "claims" / "procurement.toml", claim)
    _seal_story(case_studies)
    _seal_consultation(data / "opinions")


def _seal_indicator(folder: Path) -> None:
    words = (folder / f"{SERIES}.toml").read_text(encoding="utf-8")
    words = words.replace("採公開方式辦理的決標件數占比", "比占比占").replace(
        "Share of awards", "Quandary share of awards"
    )
    words = words.replace("published = 2026-11-23", f"published = {EMBARGO}")
    words += """
[[target]]
time_period = "2023"
obs_value = 68.24
source_code = "proc_ly_budget_2023"
note = { zh-TW = "比占比占的目標", en = "Aim of the Quandary share" }
"""
    (folder / "sealed_share.toml").write_text(words, encoding="utf-8")
    rows = "ref_area,time_period,obs_value\nTWN,2019,69.5\nTWN,2020,68.2\nTWN,2021,67.3\nTWN,2022,59.61\n"
    (folder / "sealed_share.csv").write_text(rows, encoding="utf-8")


def _seal_story(case_studies: Path) -> None:
    target = case_studies / "sealed-story"
    shutil.copytree(ROOT / "case_studies" / STORY, target)
    own = re.findall(r'^id = "(\w+)"', (target / "facts.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for path in sorted(target.iterdir()):
        words = re.sub(rf"\b({'|'.join(own)})\b", r"own_\1", path.read_text(encoding="utf-8"))
        words = words.replace(f'lead_indicator = "{SERIES}"', 'lead_indicator = "sealed_share"')
        if path.suffix == ".md":
            mark = "Quandary: " if path.name == "en.md" else "比占比占："
            words = words.replace('title = "', f'title = "{mark}', 1)
        path.write_text(words, encoding="utf-8")


def _seal_consultation(folder: Path) -> None:
    target = folder / "sealed-consultation"
    shutil.copytree(DATA / "opinions" / "vtaiwan-ai-2023", target)
    about = (target / "about.toml").read_text(encoding="utf-8")
    about = about.replace("published = 2026-11-23", f"published = {EMBARGO}")
    about = about.replace("uberpolis_ai_2023", "proc_ly_budget_2023")
    about = about.replace("AI and local values", "Quandary").replace("人工智慧與在地價值", "比占比占")
    (target / "about.toml").write_text(about, encoding="utf-8")
