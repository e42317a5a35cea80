"""What figures and stories say in words and in tables, the same on a page, on a share page and in a file.

Pure functions of a voice (language and era), an indicator's card and its rows.
"""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.language import (
    Language,
    close_han,
    format_money,
    format_number,
    format_period,
    period_end,
    pick,
    place_in_time,
    suffix,
    text,
)
from dashboard.maps import full_name, write_points
from dashboard.markup import escape
from dashboard.models import TOTAL, Place
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import has_interval, order_parts
from dashboard.standings import Obstacle, Reading, find_obstacle, judge, lower_is_better, read_row
from dashboard.swings import Weighed

Places = Mapping[str, Place]
BLOCK = re.compile(r"^\{\{(claim|figure|number|map):([^}]+)\}\}$", re.MULTILINE)
"""Marks on a line of their own: a claim with its proof, an indicator's live figure, a number set large."""


class Voice:
    """Somebody to speak to: a language, and whether Republic-era years are wanted."""

    language: Language
    roc: bool

    def text(self, key: str, **values: object) -> str:
        """Return an interface text in the reader's language."""
        return text(key, self.language, **values)

    def pick(self, row: Any, field: str) -> str:
        """Return a bilingual field in the reader's language."""
        return pick(row, field, self.language)

    def html(self, key: str, **values: object) -> str:
        """Return an interface text, safe inside HTML."""
        return escape(self.text(key, **values))

    def words(self, row: Any, field: str) -> str:
        """Return a bilingual field, safe inside HTML."""
        return escape(self.pick(row, field))

    def when(self, period: str) -> str:
        """Return a period in words, safe inside HTML."""
        return escape(self.period(period))

    def money(self, amount: float) -> str:
        """Return new Taiwan dollars in words."""
        return format_money(amount, self.language)

    def period(self, period: str) -> str:
        """Return a period in words."""
        return format_period(period, self.language, roc=self.roc)

    def moment(self, period: str) -> str:
        """Return a period in words as it follows a value in a sentence."""
        return place_in_time(self.period(period), self.language)


def describe(voice: Voice, card: IndicatorCard, preferred: pd.DataFrame, places: Places) -> str:
    """Return what a chart shows in one sentence, from the same rows; it is the chart's text alternative."""
    return close_han(_describe(voice, card, preferred, places))


def _describe(voice: Voice, card: IndicatorCard, preferred: pd.DataFrame, places: Places) -> str:
    rows = preferred.dropna(subset=["obs_value"])
    title = voice.pick(card.indicator, "title")
    if rows["time_period"].nunique() > 1 and (rows["ref_area"].nunique() > 1 or rows["breakdown"].nunique() > 1):
        return describe_lines(voice, card, rows, places)
    if rows.empty:
        return voice.text("alt_empty", title=title)
    first, last = rows.iloc[0], rows.iloc[-1]
    if len(rows) == 1:
        value = card.write(last, voice.language)
        return voice.text("alt_one", title=title, period=voice.moment(str(last["time_period"])), value=value)
    if first["time_period"] == last["time_period"]:
        ordered = rows.sort_values("obs_value", kind="stable")
        return voice.text(
            "alt_range",
            title=title,
            period=voice.period(str(last["time_period"])),
            count=len(rows),
            low=card.write(ordered.iloc[0], voice.language),
            high=card.write(ordered.iloc[-1], voice.language),
        )
    return voice.text(
        "alt_change",
        title=title,
        count=len(rows),
        first=card.write(first, voice.language),
        start=voice.moment(str(first["time_period"])),
        last=card.write(last, voice.language),
        end=voice.moment(str(last["time_period"])),
    )


def describe_lines(voice: Voice, card: IndicatorCard, rows: pd.DataFrame, places: Places) -> str:
    """Return first and last value of each of several lines, the nation or the total first, at most five of them."""
    by = "ref_area" if rows["ref_area"].nunique() > 1 else "breakdown"
    names = {row.code: voice.pick(row, "title") for row in card.breakdowns}
    codes = sorted(dict.fromkeys(rows[by]), key=lambda code: code not in ("TWN", TOTAL))
    lines = []
    for code in codes[:5]:
        part = rows[rows[by] == code]
        name = full_name(places, code, voice.language) if by == "ref_area" else names.get(code, voice.text("total"))
        key = "alt_line" if part["time_period"].nunique() > 1 else "alt_point"
        lines.append(
            voice.text(
                key,
                name=name,
                first=card.write(part.iloc[0], voice.language),
                start=voice.moment(str(part.iloc[0]["time_period"])),
                last=card.write(part.iloc[-1], voice.language),
                end=voice.moment(str(part.iloc[-1]["time_period"])),
            )
        )
    more = voice.text("alt_more", count=len(codes) - 5) if len(codes) > 5 else ""
    joint = "；" if voice.language == "zh-TW" else "; "
    return (
        f"{voice.pick(card.indicator, 'title')}: {joint.join(lines)}{more}"
        if voice.language == "en"
        else (f"{voice.pick(card.indicator, 'title')}：{joint.join(lines)}{more}")
    )


def describe_swing(
    voice: Voice,
    card: IndicatorCard,
    swing: pd.DataFrame,
    now: tuple[str, str],
    then: tuple[str, str],
    places: Places,
) -> str:
    """Return how many places rose and fell between two maps, and which moved most.

    Args:
        voice: who speaks.
        card: the indicator.
        swing: one row a place, its difference in ``obs_value``.
        now: part and period of the map.
        then: part and period of the one it is compared with.
        places: for names.
    """
    rows = swing.dropna(subset=["obs_value"]).sort_values("obs_value", kind="stable")
    parts = {row.code: voice.pick(row, "title") for row in card.breakdowns}
    named = [voice.period(when) if now[0] == then[0] else parts[part] for part, when in (then, now)]
    title = voice.pick(card.indicator, "title")
    if rows.empty:
        return voice.text("alt_empty", title=title)
    low, high = rows.iloc[0], rows.iloc[-1]
    change = round(rows["obs_value"], card.decimals)
    return voice.text(
        "alt_swing",
        title=title, then=named[0], now=named[1], count=len(rows), up=int((change > 0).sum()),
        down=int((change < 0).sum()), middle=write_points(float(rows["obs_value"].median()), card, voice.language),
        top=full_name(places, str(high["ref_area"]), voice.language),
        most=write_points(float(high["obs_value"]), card, voice.language),
        bottom=full_name(places, str(low["ref_area"]), voice.language),
        least=write_points(float(low["obs_value"]), card, voice.language),
    )  # fmt: skip


def describe_weighed(voice: Voice, card: IndicatorCard, weighed: Weighed, threshold: float | None) -> str:
    """Return the value half of the people live above, that of half of the places, and who reaches the threshold."""
    words = voice.text(
        "alt_weighed",
        middle=card.format(weighed.middle, voice.language),
        middle_place=card.format(weighed.middle_place, voice.language),
    )
    if threshold is None:
        return words
    return words + voice.text(
        "alt_threshold",
        value=card.format(threshold, voice.language),
        count=weighed.count_at_least(threshold),
        all=len(weighed.rows),
        share=format_number(weighed.share_at_least(threshold), 1),
    )


def _head_values(voice: Voice, card: IndicatorCard) -> str:
    """Return the heading of a column of values with their unit, in one pair of brackets: ``數值（分，0–100）``."""
    unit, value = voice.pick(card.unit, "title"), voice.text("column_value")
    if voice.language == "zh-TW":
        return f"{value}（{unit.replace('（', '，').replace('）', '')}）"
    return f"{value} ({unit})"


def build_observation_table(voice: Voice, card: IndicatorCard, frame: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return observations with words for every code, newest first; columns nobody fills are left out.

    Where the frame has a column ``replaced``, the day a value was put right stands beside it.
    """
    parts = {row.code: voice.pick(row, "title") for row in card.breakdowns}
    publishers = {source.code: voice.pick(source, "publisher") for source in card.sources}
    rows = frame.iloc[::-1]
    if parts:  # inside one period of one place
        within = rows.groupby(["time_period", "ref_area"], sort=False).ngroup()
        rows = order_parts(rows.assign(_within=within), card).sort_values("_within", kind="stable")
    columns: dict[str, list[Any]] = {
        voice.text("column_place"): [full_name(places, code, voice.language) for code in rows["ref_area"]],
        voice.text("column_period"): [voice.period(period) for period in rows["time_period"]],
    }
    if parts:
        columns[voice.text("column_part")] = [parts.get(code, voice.text("total")) for code in rows["breakdown"]]
    columns[_head_values(voice, card)] = [card.write(row, voice.language) for row in rows.itertuples()]
    banded = has_interval(rows)
    if banded.any():
        columns[voice.text("interval")] = [
            f"{card.format(low, voice.language)} – {card.format(high, voice.language)}" if both else ""
            for low, high, both in zip(rows["lower"], rows["upper"], banded, strict=True)
        ]
    if (rows["obs_status"] != "A").any():
        columns[voice.text("column_status")] = [voice.text(f"status_{status}") for status in rows["obs_status"]]
    if "replaced" in rows:
        days = [voice.period(str(day)[:10]) for day in rows["published"]]
        columns[voice.text("replaced")] = [
            day if again else "" for day, again in zip(days, rows["replaced"], strict=True)
        ]
    notes = rows[f"note_{suffix(voice.language)}"]
    if notes.notna().any():
        columns[voice.text("column_note")] = notes.fillna("").tolist()
    if len(card.sources) > 1:
        columns[voice.text("column_source")] = [publishers.get(code, code) for code in rows["source_code"]]
    return pd.DataFrame(columns)


def describe_progress(voice: Voice, card: IndicatorCard, preferred: pd.DataFrame) -> list[tuple[str, str]]:
    """Return latest value with its note, change since the baseline and distance to the target as terms and words.

    The rule: a change is told of two values that compare (``standings.find_obstacle``), else why there is none.
    Progress to a target is the way gone from baseline to latest over the way from baseline to target, where the
    baseline had not reached it yet; else it is told whether the latest value reaches it.
    """
    rows = preferred.dropna(subset=["obs_value"])
    if rows.empty:
        return []
    last = read_row(rows.iloc[-1])
    facts = [(voice.text("latest"), write_value(voice, card, last))]
    if note := voice.pick(rows.iloc[-1], "note"):
        facts.append((voice.text("column_note"), note))
    base_period = card.indicator.baseline_period or rows.iloc[0]["time_period"]
    base = rows[rows["time_period"] == base_period]
    if base.empty or base_period == last.time_period:
        return facts
    first = read_row(base.iloc[0])
    facts.append((voice.text("baseline"), write_value(voice, card, first)))
    obstacle = find_obstacle(first, last, card)
    facts.append((voice.text("change"), _say_change(voice, card, rows, first, last)))
    if card.targets:
        target = card.targets[-1]
        facts.append((voice.text("target"), write_value(voice, card, Reading(target.time_period, target.obs_value))))
        if words := _write_progress(voice, card, first, last, obstacle):
            facts.append((voice.text("progress"), words))
    return facts


def _say_change(voice: Voice, card: IndicatorCard, rows: pd.DataFrame, first: Reading, last: Reading) -> str:
    """Return the change to the latest value, else to the last of the baseline's own source, else why there is none."""
    obstacle = find_obstacle(first, last, card)
    if obstacle in (None, "overlap"):
        return write_change(voice, card, first, last)
    if obstacle == "sources":
        own = read_row(rows[rows["source_code"] == first.source].iloc[-1])
        later = period_end(own.time_period) > period_end(first.time_period)
        if later and find_obstacle(first, own, card) in (None, "overlap"):
            change = write_change(voice, card, first, own)
            return voice.text("change_until", change=change, period=voice.period(own.time_period))
    return voice.text(f"change_{obstacle}")


def _write_progress(
    voice: Voice, card: IndicatorCard, first: Reading, last: Reading, obstacle: Obstacle | None
) -> str | None:
    """Return how far the last target is reached; None where the values do not tell."""
    target = card.targets[-1].obs_value
    sign = -1 if lower_is_better(card) else 1
    way = target - first.value
    if sign * way > 0 and obstacle is None:
        return f"{format_number(100 * (last.value - first.value) / way, 0)}%"
    reached = sign * (last.value - target) >= 0 and obstacle not in ("broken", "unreliable")
    return voice.text("target_reached") if reached else None


def write_value(voice: Voice, card: IndicatorCard, held: Reading) -> str:
    """Return a value with its unit, where that is not a scale, and its period."""
    unit = f" {voice.pick(card.unit, 'title')}" if card.unit.kind in ("count", "duration", "rate", "points") else ""
    words = card.format(held.value, voice.language, held.lower, held.upper)
    return voice.text("value_at", value=f"{words}{unit}", period=voice.period(held.time_period))


def write_change(voice: Voice, card: IndicatorCard, first: Reading, last: Reading) -> str:
    """Return a change with its sign, unit and, where the indicator has a direction, which way that is.

    A rating or an index is judged by its intervals and by nothing else: without them it has no verdict.
    """
    change = last.value - first.value
    if change == 0:
        return voice.text("unchanged")
    if card.unit.kind == "percent":
        size = f"{format_number(abs(change), card.decimals)} {voice.text('points')}"
    else:
        size = card.format(abs(change), voice.language)
    verdict = judge(first, last, card)
    words = voice.text(f"change_{verdict}") if verdict in ("better", "worse", "overlap") else ""
    return f"{'+' if change > 0 else '−'}{size}{words}"


def story_values(claims: Mapping[str, FilledClaim], slug: str, language: Language) -> dict[str, str]:
    """Return every number a story may name that is public on the claims' day: ``claim.value`` → words."""
    return {
        f"{filled.claim.id}.{name}": words
        for filled in claims.values()
        if filled.claim.case_study in (slug, None)
        for name, words in filled.written[language].items()
    }


def split_body(body: str) -> list[tuple[str, str]]:
    """Return the parts of a story's body in order: (``text``, Markdown) or (mark, code)."""
    parts: list[tuple[str, str]] = []
    end = 0
    for match in BLOCK.finditer(body):
        if before := body[end : match.start()].strip():
            parts.append(("text", before))
        parts.append((match[1], match[2].strip()))
        end = match.end()
    if rest := body[end:].strip():
        parts.append(("text", rest))
    return parts
