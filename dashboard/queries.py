"""Plain questions to the store: ``get_…(store, …)`` gives rows or a tidy frame. SQL lives here and in ``vintages``.

Every question about observations is asked as of a day: the latest row published by then, for each key. A row whose
``published`` day has not come yet does not exist for anybody.
"""

import datetime as dt
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, select

from dashboard.evidence import resolve_values
from dashboard.exceptions import StoreError, UnknownCodeError
from dashboard.language import LANGUAGES, Language, format_number, format_value
from dashboard.models import (
    TOTAL,
    Breakdown,
    CaseStudy,
    CheckResult,
    Claim,
    ClaimValue,
    Commitment,
    Consultation,
    Disagreement,
    Event,
    Gap,
    GrowthStep,
    Indicator,
    IndicatorEvent,
    IndicatorSource,
    License,
    Meeting,
    Member,
    Membership,
    Milestone,
    OpinionCell,
    OpinionGroup,
    Place,
    Plan,
    Project,
    Recommendation,
    Rule,
    SeriesBreak,
    Source,
    Standard,
    Statement,
    StatementVotes,
    StudyEstimate,
    Synonym,
    Target,
    Theme,
    Unit,
    VoteShare,
)
from dashboard.store import OBSERVATION_SCHEMA, Store

T = TypeVar("T", bound=SQLModel)

AS_OF = """
    SELECT * EXCLUDE (newest) FROM (
        SELECT *, row_number() OVER (
            PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published DESC
        ) AS newest
        FROM read_parquet($path) WHERE published <= $day
    ) WHERE newest = 1 AND obs_status <> 'Z'
"""
"""The newest row of each key; what was withdrawn by then is no longer there."""
LAST_DAYS = """(
    SELECT *, ended || substr('0000-12-31', length(ended) + 1) AS last_day FROM (
        SELECT *, replace(replace(replace(replace(
            regexp_extract(time_period, '[^/]+$'), 'Q1', '03'), 'Q2', '06'), 'Q3', '09'), 'Q4', '12') AS ended
        FROM ({})
    )
)"""
"""Observations with the last day of their period, so that years, quarters, months and intervals can be compared.

Every month is given 31 days: a bound to compare with, not a date to show.
"""
_local = threading.local()


def _cursor() -> duckdb.DuckDBPyConnection:
    """Return this thread's cursor on the one in-process engine; external access stays inside the store's files."""
    if not hasattr(_local, "cursor"):
        _local.cursor = _engine().cursor()
    return _local.cursor


_lock = threading.Lock()
_connection: list[duckdb.DuckDBPyConnection] = []


def _engine() -> duckdb.DuckDBPyConnection:
    with _lock:
        if not _connection:
            connection = duckdb.connect(":memory:")
            connection.execute("SET threads = 1; SET memory_limit = '1GB'; SET autoinstall_known_extensions = false")
            _connection.append(connection)
        return _connection[0]


def ask(store: Store, sql: str, day: dt.date, **values: Any) -> pd.DataFrame:
    """Return the answer to a question about the observations: ``$path`` is their file, ``$day`` the day.

    Raises:
        StoreError: when the observations cannot be read.
    """
    parameters = {"path": str(store.observations), "day": day, **values}
    try:
        return _cursor().execute(sql, parameters).df()
    except duckdb.Error as error:
        raise StoreError(f"the observations cannot be read: {error}") from error


def _fetch(store: Store, sql: str, day: dt.date, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    try:
        return _cursor().execute(sql, {"path": str(store.observations), "day": day, **values}).fetchall()
    except duckdb.Error as error:
        raise StoreError(f"the observations cannot be read: {error}") from error


def read_rows(store: Store, model: type[T], *conditions: Any, order: Sequence[Any] = ()) -> list[T]:
    """Return the rows of one table that meet every condition.

    Raises:
        StoreError: when the catalogue cannot be read.
    """
    try:
        with Session(store.engine, expire_on_commit=False) as session:
            rows = session.exec(select(model).where(*conditions).order_by(*order)).all()
            session.expunge_all()
            return list(rows)
    except SQLAlchemyError as error:
        raise StoreError(f"the catalogue cannot be read: {error}") from error


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator with everything a page says about it, but its observations."""

    indicator: Indicator
    theme: Theme
    unit: Unit
    sources: list[Source]
    licenses: dict[str, License]
    breakdowns: list[Breakdown] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    breaks: list[SeriesBreak] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def preferred_source(self) -> str:
        """Return the code of the source that is drawn first where sources disagree."""
        return self.sources[0].code

    @property
    def redistribute(self) -> bool:
        """Tell whether every source's licence lets the table be offered for download as open data."""
        return all(self.licenses[source.license].redistribute for source in self.sources)

    @property
    def decimals(self) -> int:
        """Return how many decimals its source supports."""
        own = self.indicator.decimals
        return self.unit.decimals if own is None else own

    def format(self, value: float | None, language: Language) -> str:
        """Return a value of this indicator in words."""
        return format_value(value, self.unit.kind, self.decimals, language)


def get_indicators(store: Store) -> list[Indicator]:
    """Return every indicator, by theme and code."""
    return read_rows(store, Indicator, order=[col(Indicator.theme), col(Indicator.code)])


def get_cards(store: Store) -> dict[str, IndicatorCard]:
    """Return the card of every indicator by code; one pass over each table."""
    themes = {row.code: row for row in get_themes(store)}
    units = {row.code: row for row in read_rows(store, Unit)}
    sources = get_sources(store)
    licenses = get_licenses(store)
    events = {row.code: row for row in read_rows(store, Event)}
    links: dict[str, list[Source]] = {}
    for link in read_rows(store, IndicatorSource, order=[col(IndicatorSource.position)]):
        links.setdefault(link.indicator_code, []).append(sources[link.source_code])
    drawn: dict[str, list[Event]] = {}
    for link in read_rows(store, IndicatorEvent):
        drawn.setdefault(link.indicator_code, []).append(events[link.event_code])
    parts = _by_indicator(read_rows(store, Breakdown, order=[col(Breakdown.position)]))
    targets = _by_indicator(read_rows(store, Target, order=[col(Target.time_period)]))
    breaks = _by_indicator(read_rows(store, SeriesBreak, order=[col(SeriesBreak.time_period)]))
    rivals = _by_indicator(read_rows(store, Disagreement, order=[col(Disagreement.id)]))
    return {
        row.code: IndicatorCard(
            row,
            themes[row.theme],
            units[row.unit],
            links.get(row.code, []),
            licenses,
            parts.get(row.code, []),
            targets.get(row.code, []),
            breaks.get(row.code, []),
            rivals.get(row.code, []),
            drawn.get(row.code, []),
        )
        for row in get_indicators(store)
    }


def _by_indicator(rows: Sequence[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.indicator_code, []).append(row)
    return grouped


def get_observations(
    store: Store,
    indicator_code: str,
    day: dt.date,
    *,
    ref_areas: Sequence[str] | None = None,
    level: str | None = None,
    breakdown: str | None = None,
    time_period: str | None = None,
) -> pd.DataFrame:
    """Return the observations of one indicator as published by ``day``, oldest period first.

    Columns are those of ``Observation``. ``level`` keeps places of one level (country, county, township); the other
    arguments keep one part, one period or the named places.
    """
    sql = f"SELECT o.* FROM ({AS_OF}) o WHERE indicator_code = $code"
    values: dict[str, Any] = {"code": indicator_code}
    if ref_areas is not None:
        sql += " AND list_contains($areas, ref_area)"
        values["areas"] = list(ref_areas)
    if level is not None:
        sql += {
            "township": " AND regexp_matches(ref_area, '^[0-9]{8}$')",
            "county": " AND ref_area LIKE 'TW-%'",
            "country": " AND regexp_matches(ref_area, '^[A-Z]{3}$')",
        }[level]
    if breakdown is not None:
        sql += " AND breakdown = $part"
        values["part"] = breakdown
    if time_period is not None:
        sql += " AND time_period = $period"
        values["period"] = time_period
    sql += " ORDER BY regexp_extract(time_period, '([^/]+)$', 1), ref_area, breakdown"
    return ask(store, sql, day, **values)


@dataclass(frozen=True)
class Selection:
    """Which observations are wanted; an empty field wants all."""

    indicators: Sequence[str] = ()
    ref_areas: Sequence[str] = ()
    breakdowns: Sequence[str] = ()
    sources: Sequence[str] = ()
    level: str | None = None
    """Level of the places: group, country, county or township."""
    start: str | None = None
    """A year, quarter, month or day: only periods that end in it or later."""
    end: str | None = None
    """A year, quarter, month or day: only periods that end in it or earlier."""


def get_observation_page(
    store: Store, day: dt.date, chosen: Selection, *, limit: int, offset: int = 0
) -> tuple[pa.Table, int]:
    """Return a page of the chosen observations as published by ``day``, and how many there are on all pages.

    The order is that of the key (indicator, place, part, end of the period, period, source), so it is the same
    for every page. Periods of different length are compared by their last day.
    """
    conditions, values = _select_observations(store, chosen)
    held = f"{LAST_DAYS.format(AS_OF)} WHERE {conditions}"
    names = OBSERVATION_SCHEMA.names
    order = "indicator_code, ref_area, breakdown, last_day, time_period, source_code"
    page = f"SELECT {', '.join(names)}, count(*) OVER () FROM {held} ORDER BY {order} LIMIT $limit OFFSET $offset"
    rows = _fetch(store, page, day, {**values, "limit": limit, "offset": offset})
    # A page behind the last row carries no count.
    total = rows[0][-1] if rows else _fetch(store, f"SELECT count(*) FROM {held}", day, values)[0][0]
    columns = list(zip(*rows, strict=True))[:-1] if rows else [[] for _ in names]
    return pa.table(
        [pa.array(column, kind.type) for column, kind in zip(columns, OBSERVATION_SCHEMA, strict=True)],
        OBSERVATION_SCHEMA,
    ), total


def _select_observations(store: Store, chosen: Selection) -> tuple[str, dict[str, Any]]:
    """Return the condition of a selection and the values it is asked with."""
    listed: dict[str, Sequence[str]] = {
        "indicator_code": chosen.indicators,
        "ref_area": chosen.ref_areas,
        "breakdown": chosen.breakdowns,
        "source_code": chosen.sources,
    }
    values: dict[str, Any] = {column: list(wanted) for column, wanted in listed.items() if wanted}
    conditions = ["true", *[f"list_contains(${column}, {column})" for column in values]]
    if chosen.level is not None:
        conditions.append("list_contains($places, ref_area)")
        values["places"] = [row.code for row in read_rows(store, Place, Place.level == chosen.level)]
    if chosen.start is not None:
        conditions.append("last_day >= $start")
        values["start"] = re.sub(r"Q(\d)", lambda match: f"{3 * int(match[1]) - 2:02d}", chosen.start)
    if chosen.end is not None:
        conditions.append("last_day <= $end")
        end = re.sub(r"Q(\d)", lambda match: f"{3 * int(match[1]):02d}", chosen.end)
        values["end"] = end + "0000-12-31"[len(end) :]
    return " AND ".join(conditions), values


def get_every_vintage(store: Store, day: dt.date) -> pd.DataFrame:
    """Return every row published by ``day``, values as they stood before a correction among them."""
    sql = """
        SELECT * FROM read_parquet($path) WHERE published <= $day
        ORDER BY indicator_code, ref_area, time_period, breakdown, source_code, published
    """
    return ask(store, sql, day)


def get_every_observation(store: Store, day: dt.date) -> pd.DataFrame:
    """Return the observations of all indicators as published by ``day``, in the order they are kept."""
    sql = f"""
        SELECT o.* FROM ({AS_OF}) o
        ORDER BY indicator_code, ref_area, breakdown, regexp_extract(time_period, '([^/]+)$', 1), time_period,
                 source_code
    """
    return ask(store, sql, day)


def get_summary(store: Store, day: dt.date) -> pd.DataFrame:
    """Return one row an indicator: counts of observations and places, first and last period, last publication.

    ``contested`` counts the rows of a second or third source for a place, period and part another source has too.
    """
    sql = f"""
        SELECT indicator_code,
               count(*) AS observations,
               count(DISTINCT ref_area) AS places,
               count(DISTINCT time_period) AS periods,
               count(DISTINCT ref_area) FILTER (WHERE ref_area LIKE 'TW-%') AS counties,
               count(DISTINCT ref_area) FILTER (WHERE regexp_matches(ref_area, '^[0-9]{{8}}$')) AS townships,
               count(DISTINCT ref_area) FILTER (WHERE regexp_matches(ref_area, '^[A-Z]{{3}}$')) AS countries,
               arg_min(time_period, regexp_extract(time_period, '([^/]+)$', 1)) AS first_period,
               arg_max(time_period, regexp_extract(time_period, '([^/]+)$', 1)) FILTER (WHERE obs_value IS NOT NULL)
                   AS last_period,
               count(*) - count(DISTINCT (ref_area, time_period, breakdown)) AS contested,
               max(published) AS published
        FROM ({AS_OF}) GROUP BY indicator_code
    """
    return ask(store, sql, day).set_index("indicator_code")


def get_latest_national(store: Store, day: dt.date) -> pd.DataFrame:
    """Return for each indicator the rows of its latest period for Taiwan as a whole, total only."""
    sql = f"""
        WITH held AS (SELECT *, regexp_extract(time_period, '([^/]+)$', 1) AS ended FROM ({AS_OF}))
        SELECT * EXCLUDE (ended) FROM held
        WHERE ref_area = 'TWN' AND breakdown = '{TOTAL}' AND obs_value IS NOT NULL
        QUALIFY ended = max(ended) OVER (PARTITION BY indicator_code)
    """
    return ask(store, sql, day)


def get_county_profile(store: Store, county: str, day: dt.date) -> pd.DataFrame:
    """Return a county's own latest value of every indicator and part, with its rank among the counties of that period.

    Columns: indicator_code, breakdown, source_code, time_period, obs_value, obs_status, rank_high (1 = highest value),
    counties. Counties are ranked within one source; where several sources have the county's latest period, each has
    its row.
    """
    sql = f"""
        WITH held AS (
            SELECT *, regexp_extract(time_period, '([^/]+)$', 1) AS ended FROM ({AS_OF}) WHERE ref_area LIKE 'TW-%'
        ), latest AS (
            SELECT indicator_code, breakdown, source_code, time_period FROM held
            WHERE ref_area = $county AND obs_value IS NOT NULL
            QUALIFY ended = max(ended) OVER (PARTITION BY indicator_code, breakdown)
        ), ranked AS (
            SELECT indicator_code, breakdown, source_code, time_period, obs_value, obs_status, ref_area,
                   rank() OVER same AS rank_high, count(*) OVER (same ROWS BETWEEN UNBOUNDED PRECEDING AND
                       UNBOUNDED FOLLOWING) AS counties
            FROM held JOIN latest USING (indicator_code, breakdown, source_code, time_period)
            WHERE obs_value IS NOT NULL
            WINDOW same AS (PARTITION BY indicator_code, breakdown, source_code, time_period ORDER BY obs_value DESC)
        )
        SELECT * EXCLUDE (ref_area) FROM ranked WHERE ref_area = $county
        ORDER BY indicator_code, breakdown, source_code
    """
    return ask(store, sql, day, county=county)


def get_places(store: Store) -> dict[str, Place]:
    """Return every place by code."""
    return {row.code: row for row in read_rows(store, Place, order=[col(Place.code)])}


def get_memberships(store: Store) -> dict[str, dict[str, Membership]]:
    """Return the members of every group of countries, by group and country."""
    groups: dict[str, dict[str, Membership]] = {}
    for row in read_rows(store, Membership, order=[col(Membership.group), col(Membership.place)]):
        groups.setdefault(row.group, {})[row.place] = row
    return groups


def get_study(store: Store) -> pd.DataFrame:
    """Return every estimate of the study of joining the OGP, in the order they were computed."""
    rows = read_rows(store, StudyEstimate, order=[col(StudyEstimate.id)])
    columns = [name for name in StudyEstimate.model_fields if name != "id"]
    return pd.DataFrame([{name: getattr(row, name) for name in columns} for row in rows], columns=columns)


def get_themes(store: Store) -> list[Theme]:
    """Return the themes in the order they are shown."""
    return read_rows(store, Theme, order=[col(Theme.position)])


def get_sources(store: Store) -> dict[str, Source]:
    """Return every source by code."""
    return {row.code: row for row in read_rows(store, Source, order=[col(Source.code)])}


def get_licenses(store: Store) -> dict[str, License]:
    """Return every licence by code."""
    return {row.code: row for row in read_rows(store, License)}


@dataclass(frozen=True)
class FilledClaim:
    """A claim with its values as of a day, ready to be written in either language."""

    claim: Claim
    values: dict[str, float]
    written: dict[Language, dict[str, str]]
    keys: list[ClaimValue]
    last_period: str
    before: dict[Language, dict[str, str]] = field(default_factory=dict)
    """Values as they stood on the day the claim was checked, where they have changed since."""

    @property
    def changed(self) -> list[str]:
        """Return the names of the values that have changed since the claim was checked."""
        return list(self.before.get("en", {}))


def get_claims(store: Store, cards: dict[str, IndicatorCard], day: dt.date) -> list[FilledClaim]:
    """Return every claim whose observations are published by ``day``, filled with them.

    A claim that rests on an observation still under embargo is left out: it does not exist yet.
    """
    values = {}
    for value in read_rows(store, ClaimValue):
        values.setdefault(value.claim_id, []).append(value)
    claims = read_rows(store, Claim, order=[col(Claim.id)])
    held = {when: _claim_observations(store, when) for when in {day, *(min(row.checked, day) for row in claims)}}
    filled = []
    for claim in claims:
        keys = values.get(claim.id, [])
        now = _resolve(keys, held[day], cards)
        if now is None:
            continue
        then = _resolve(keys, held[min(claim.checked, day)], cards) or now
        written = _write_all(keys, now, cards)
        old = _write_all(keys, then, cards)
        moved = [key.name for key in keys if old["en"][key.name] != written["en"][key.name]]
        before: dict[Language, dict[str, str]] = {
            language: {name: words[name] for name in moved} for language, words in old.items()
        }
        periods = [key.time_period for key in keys if key.time_period]
        last = max(periods, key=lambda period: period.rpartition("/")[2], default="")
        filled.append(FilledClaim(claim, now, written, keys, last, before))
    return filled


def _resolve(
    keys: Sequence[ClaimValue], held: dict[tuple[str, ...], float], cards: dict[str, IndicatorCard]
) -> dict[str, float] | None:
    try:
        return resolve_values(keys, lambda value: _look_up(held, cards, value))
    except UnknownCodeError:
        return None


def _write_all(
    keys: list[ClaimValue], numbers: dict[str, float], cards: dict[str, IndicatorCard]
) -> dict[Language, dict[str, str]]:
    return {language: {key.name: _write(key, numbers, keys, cards, language) for key in keys} for language in LANGUAGES}


def _claim_observations(store: Store, day: dt.date) -> dict[tuple[str, ...], float]:
    sql = f"SELECT indicator_code, ref_area, time_period, breakdown, source_code, obs_value FROM ({AS_OF}) o"
    frame = ask(store, sql, day)
    columns = [
        frame[name].tolist() for name in ("indicator_code", "ref_area", "time_period", "breakdown", "source_code")
    ]
    return dict(zip(zip(*columns, strict=True), frame["obs_value"].tolist(), strict=True))


def get_value_sources(
    store: Store, claims: Sequence[FilledClaim], cards: dict[str, IndicatorCard], day: dt.date
) -> dict[tuple[str, str], str]:
    """Return the source each value of the claims was read from, by claim and name of the value."""
    held = _claim_observations(store, day)
    keys = [key for filled in claims for key in filled.keys if key.indicator_code]
    found = {(key.claim_id, key.name): _find(held, cards, key) for key in keys}
    return {name: pair[0] for name, pair in found.items() if pair is not None}


def _find(
    held: dict[tuple[str, ...], float], cards: dict[str, IndicatorCard], value: ClaimValue
) -> tuple[str, float] | None:
    """Return the first of the sources that gives a number, with the number."""
    code = value.indicator_code or ""
    sources = [value.source_code] if value.source_code else [source.code for source in cards[code].sources]
    for source in sources:
        number = held.get((code, value.ref_area or "", value.time_period or "", value.breakdown, source))
        if number is not None and number == number:
            return source, number
    return None


def _look_up(held: dict[tuple[str, ...], float], cards: dict[str, IndicatorCard], value: ClaimValue) -> float | None:
    found = _find(held, cards, value)
    return None if found is None else found[1]


def _write(
    key: ClaimValue,
    numbers: dict[str, float],
    keys: list[ClaimValue],
    cards: dict[str, IndicatorCard],
    language: Language,
) -> str:
    """Return a claim's value in words; a difference of percentages is percentage points, so without a sign."""
    value = numbers[key.name]
    if key.operation is None:
        return cards[key.indicator_code or ""].format(value, language)
    origin: ClaimValue | None = key
    while origin is not None and origin.operation is not None:
        operand = origin.operand_a
        origin = next((item for item in keys if item.name == operand), None)
    card = cards[origin.indicator_code or ""] if origin else None
    if key.operation == "percent_change":
        return f"{format_number(abs(value), 0 if abs(value) >= 10 else 1)}%"
    if key.operation == "ratio" or card is None:
        return format_number(value, 1)
    kind = "points" if card.unit.kind == "percent" else card.unit.kind
    return format_value(abs(value), kind, card.decimals, language)


def get_case_studies(store: Store) -> list[CaseStudy]:
    """Return the stories in the order they are shown."""
    return read_rows(store, CaseStudy, order=[col(CaseStudy.position), col(CaseStudy.slug)])


def get_plans(store: Store) -> list[Plan]:
    """Return the action plans, oldest first."""
    return read_rows(store, Plan, order=[col(Plan.start)])


def get_commitments(store: Store) -> list[Commitment]:
    """Return every commitment by plan and number."""
    return read_rows(store, Commitment, order=[col(Commitment.plan), col(Commitment.number)])


def get_milestones(store: Store) -> list[Milestone]:
    """Return every milestone by commitment and number."""
    return read_rows(store, Milestone, order=[col(Milestone.commitment), col(Milestone.number)])


def get_members(store: Store) -> list[Member]:
    """Return the seats of the Task Force by term."""
    return read_rows(store, Member, order=[col(Member.term), col(Member.side), col(Member.role), col(Member.id)])


def get_meetings(store: Store) -> list[Meeting]:
    """Return the meetings of the Task Force, oldest first."""
    return read_rows(store, Meeting, order=[col(Meeting.date)])


def get_rules(store: Store) -> list[Rule]:
    """Return the rules the Task Force works by."""
    return read_rows(store, Rule, order=[col(Rule.code)])


def get_recommendations(store: Store) -> list[Recommendation]:
    """Return the independent reviewers' recommendations."""
    return read_rows(store, Recommendation, order=[col(Recommendation.code)])


def get_standards(store: Store) -> list[Standard]:
    """Return the participation and co-creation standards."""
    return read_rows(store, Standard, order=[col(Standard.position)])


def get_projects(store: Store) -> list[Project]:
    """Return every named platform and winner."""
    return read_rows(store, Project, order=[col(Project.kind), col(Project.code)])


def get_events(store: Store) -> list[Event]:
    """Return every dated event, oldest first."""
    return read_rows(store, Event, order=[col(Event.date)])


def get_gaps(store: Store) -> list[Gap]:
    """Return what was looked for and not found."""
    return read_rows(store, Gap, order=[col(Gap.theme), col(Gap.code)])


def get_synonyms(store: Store) -> list[Synonym]:
    """Return the groups of words that find each other."""
    return read_rows(store, Synonym, order=[col(Synonym.code)])


def get_publication_days(store: Store, day: dt.date = dt.date.max) -> list[dt.date]:
    """Return every day until ``day`` on which observations were published, the first one first."""
    frame = ask(store, "SELECT DISTINCT published FROM read_parquet($path) WHERE published <= $day", day)
    return sorted(pd.to_datetime(frame["published"]).dt.date)


def get_claim_rows(store: Store) -> list[Claim]:
    """Return every claim as it is recorded, with or without a number to fill it."""
    return read_rows(store, Claim, order=[col(Claim.id)])


def get_claim_values(store: Store) -> list[ClaimValue]:
    """Return every named value of every claim."""
    return read_rows(store, ClaimValue, order=[col(ClaimValue.claim_id), col(ClaimValue.name)])


def get_consultations(store: Store) -> list[Consultation]:
    """Return every online consultation with an opinion map, the one with most voters first."""
    return read_rows(store, Consultation, order=[col(Consultation.voters).desc(), Consultation.slug])


@dataclass(frozen=True)
class Opinions:
    """An online consultation with all its tables."""

    consultation: Consultation
    source: Source
    license: License
    groups: list[OpinionGroup]
    statements: list[Statement]
    votes: dict[tuple[int, str], StatementVotes]
    """How a group voted on a statement, by number and group."""
    cells: list[OpinionCell]
    growth: list[GrowthStep]
    shares: list[VoteShare]


def get_opinions(store: Store, slug: str) -> Opinions:
    """Return one consultation.

    Raises:
        UnknownCodeError: when there is none with this slug.
    """
    consultation = next((row for row in get_consultations(store) if row.slug == slug), None)
    if consultation is None:
        raise UnknownCodeError("consultations", slug)
    source = get_sources(store)[consultation.source_code]

    def rows(model: type[T], *order: Any) -> list[T]:
        return read_rows(store, model, model.consultation == slug, order=order)  # type: ignore[attr-defined]

    votes = rows(StatementVotes, StatementVotes.number, StatementVotes.group_code)
    return Opinions(
        consultation,
        source,
        get_licenses(store)[source.license],
        rows(OpinionGroup, OpinionGroup.code),
        rows(Statement, Statement.number),
        {(row.number, row.group_code): row for row in votes},
        rows(OpinionCell, OpinionCell.group_code, OpinionCell.x, OpinionCell.y),
        rows(GrowthStep, GrowthStep.time_period),
        rows(VoteShare, VoteShare.voters_pct),
    )


def get_checks(store: Store) -> list[CheckResult]:
    """Return what the checks said when this version was built."""
    return read_rows(store, CheckResult)


def get_first_day(store: Store, day: dt.date) -> dt.date | None:
    """Return the day the first observation was published; None when nothing is published yet."""
    found = ask(store, "SELECT min(published) AS first FROM read_parquet($path) WHERE published <= $day", day)
    first = found["first"].iloc[0]
    return None if pd.isna(first) else pd.Timestamp(first).date()


VINTAGES = """
    SELECT *,
           lag(obs_value) OVER key AS old_value,
           lag(obs_status) OVER key AS old_status,
           row_number() OVER key > 1 AS replaces,
           published = min(published) OVER (PARTITION BY indicator_code) AS first
    FROM read_parquet($path) WHERE published <= $day
    WINDOW key AS (
        PARTITION BY indicator_code, ref_area, time_period, breakdown, source_code ORDER BY published
    )
"""


def get_publications(store: Store, day: dt.date) -> pd.DataFrame:
    """Return one row for each indicator and day it was published on, newest day first.

    Columns: indicator_code, published, first (its first day), added and replaced (counts of observations).
    """
    sql = f"""
        SELECT indicator_code, published, bool_or(first) AS first,
               count(*) FILTER (WHERE NOT replaces) AS added, count(*) FILTER (WHERE replaces) AS replaced
        FROM ({VINTAGES}) GROUP BY indicator_code, published ORDER BY published DESC, indicator_code
    """
    return ask(store, sql, day)


def get_revisions(store: Store, day: dt.date) -> pd.DataFrame:
    """Return every observation that replaced an earlier one, with ``old_value`` and ``old_status``, newest first."""
    sql = f"""
        SELECT * EXCLUDE (first, replaces) FROM ({VINTAGES}) WHERE replaces
        ORDER BY published DESC, indicator_code, time_period, ref_area, breakdown
    """
    return ask(store, sql, day)
