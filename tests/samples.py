"""A small honest data folder: a handful of real indicators with everything they refer to, and ways to change it."""

import csv
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

FACTS = """\
theme = "procurement"
position = 1
lead_indicator = "procurement_open_share_count"
commitments = ["nap1-4-2"]
sources = ["proc_ly_budget_2023"]
checked = 2026-11-23

[[claim]]
id = "open_share_fell_by"
indicator = "procurement_open_share_count"
result_level = "outcome"
design = "Ds2"
reliability = "sufficient"
independence = "I1"
checked = 2026-11-23
headline = "fall"
title = { zh-TW = "公開方式占比下降 {fall} 個百分點", en = "The open share fell by {fall} percentage points" }
sentence = { zh-TW = "占比由 {first} 降為 {last}。", en = "The share fell from {first} to {last}." }
biggest_doubt = { zh-TW = "占比下降可能只是採購組成改變。", en = "The mix of purchases may differ." }

[claim.values]
first = ["procurement_open_share_count", "TWN", "2019"]
last = ["procurement_open_share_count", "TWN", "2022"]
fall = { difference = ["first", "last"] }
times = { ratio = ["last", "first"] }
"""
PROSE = {
    "zh-TW": ("公開方式的占比在下降", "占比由 {open_share_fell_by.first} 降為 {open_share_fell_by.last}。"),
    "en": ("The open share is falling", "It went from {open_share_fell_by.first} to {open_share_fell_by.last}."),
}


def copy_data(target: Path, codes: Iterable[str] = INDICATORS) -> Path:
    """Copy the published folder with only these indicators and the claims that rest on them."""
    wanted = set(codes)
    shutil.copytree(DATA, target, ignore=shutil.ignore_patterns("build", "indicators", "claims", "*.geojson", "*.md"))
    (target / "indicators").mkdir()
    for code in wanted:
        for ending in (".toml", ".csv"):
            shutil.copy(DATA / "indicators" / f"{code}{ending}", target / "indicators")
    (target / "claims").mkdir()
    for path in sorted((DATA / "claims").glob("*.toml")):
        kept = [block for block in _claim_blocks(path) if _claim_codes(block) <= wanted]
        if kept:
            (target / "claims" / path.name).write_text("\n".join(kept), encoding="utf-8")
    return target


def _claim_blocks(path: Path) -> list[str]:
    _, *blocks = path.read_text(encoding="utf-8").split("[[claim]]\n")
    return [f"[[claim]]\n{block}" for block in blocks]


def _claim_codes(block: str) -> set[str]:
    claim = tomllib.loads(block)["claim"][0]
    keys = [key[0] for key in claim.get("values", {}).values() if isinstance(key, list)]
    return {claim["indicator"], *keys}


def write_story(folder: Path) -> Path:
    """Write one short story in both languages."""
    story = folder / "open-procedures"
    story.mkdir(parents=True)
    (story / "facts.toml").write_text(FACTS, encoding="utf-8")
    for tag, (title, body) in PROSE.items():
        words = f'+++\ntitle = "{title}"\nsummary = "{title}"\nrevised = 2026-11-23\n+++\n{body}\n'
        (story / f"{tag}.md").write_text(words, encoding="utf-8")
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
    """Give the plain series three days of publication: first figures, a correction, a further year."""
    note = {"note_zh_tw": "發布者更正。", "note_en": "Corrected by the publisher."}

    def revise(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first = [row | {"published": "2026-11-01"} for row in rows]
        corrected = first[-1] | {"obs_value": "83.7", "published": "2026-11-10"} | note
        later = first[-1] | {"time_period": "2023", "obs_value": "83.1", "published": "2026-11-20"}
        return [*first, corrected, later]

    change_rows(data / "indicators" / f"{SERIES}.csv", revise)
