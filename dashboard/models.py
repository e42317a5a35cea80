"""One class for each published table: its SQL columns, its validation and its data dictionary.

Rows enter through ``model_validate`` only: a SQLModel table class does not validate when constructed.
``Base`` has a registry of its own because Streamlit may import this module again when a file changes,
and the default registry would then refuse every table as already defined.
"""

import datetime as dt
import re
from enum import StrEnum
from typing import Any

from pydantic import field_validator
from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

TOTAL = "_T"
"""SDMX code of the total across a breakdown."""

PERIOD = re.compile(
    r"(?P<a>\d{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?)"
    r"(/(?P<b>\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?))?"
)


class Base(SQLModel, registry=registry()):
    """Common base of all tables; its validators are made when the first row is validated, which only a build does."""

    model_config = {"defer_build": True}


class ResultLevel(StrEnum):
    """Step of the results chain (IATI result types, with inputs and activities before them)."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


class Kind(StrEnum):
    """What sort of number it is: counted or measured, a rating of a country, or what people perceive."""

    MEASURED = "measured"
    COUNTRY_SCORE = "country_score"
    PERCEPTION = "perception"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher_is_better"
    LOWER = "lower_is_better"
    NEUTRAL = "neutral"


class Frequency(StrEnum):
    """How often the publisher renews it (Dublin Core accrual periodicity, shortened)."""

    ANNUAL = "annual"
    MONTHLY = "monthly"
    ELECTION = "election"
    IRREGULAR = "irregular"
    ONCE = "once"


class ObsStatus(StrEnum):
    """SDMX CL_OBS_STATUS, with two of our own: X cannot be computed, Z was published by us and is withdrawn."""

    NORMAL = "A"
    BREAK = "B"
    ESTIMATED = "E"
    FORECAST = "F"
    PROVISIONAL = "P"
    MISSING = "O"
    CANNOT_EXIST = "M"
    NOT_COLLECTED = "L"
    LOW_RELIABILITY = "U"
    SUPPRESSED = "Q"
    NOT_COMPUTABLE = "X"
    WITHDRAWN = "Z"


WITHOUT_VALUE = frozenset(
    {
        ObsStatus.MISSING,
        ObsStatus.CANNOT_EXIST,
        ObsStatus.NOT_COLLECTED,
        ObsStatus.SUPPRESSED,
        ObsStatus.NOT_COMPUTABLE,
        ObsStatus.WITHDRAWN,
    }
)


class SourceKind(StrEnum):
    """Who speaks: the office that holds the record, the press, a scholar, a verbatim transcript."""

    PRIMARY = "primary"
    PRESS = "press"
    ACADEMIC = "academic"
    TRANSCRIPT = "transcript"
    CIVIL_SOCIETY = "civil_society"


class Design(StrEnum):
    """How the claim was established (Maryland scale, Nesta, contribution analysis)."""

    ASSERTED = "Ds0"
    RECORD = "Ds1"
    BEFORE_AFTER = "Ds2"
    CONTRIBUTION = "Ds3"
    COMPARISON = "Ds4"
    REPEATED = "Ds5"


class Reliability(StrEnum):
    """Whether the data are good enough for this use (the three conclusions of the US GAO)."""

    SUFFICIENT = "sufficient"
    UNDETERMINED = "undetermined"
    NOT_SUFFICIENT = "not_sufficient"


class Independence(StrEnum):
    """Who stands behind the claim besides the one who gains from it."""

    OWN = "I0"
    SECOND_SOURCE = "I1"
    EXTERNAL = "I2"
    REPLICATED = "I3"


class MilestoneStatus(StrEnum):
    """OCDS milestoneStatus, codes unchanged, with one of ours for what no public page tells."""

    SCHEDULED = "scheduled"
    MET = "met"
    PARTIALLY_MET = "partiallyMet"
    NOT_MET = "notMet"
    UNKNOWN = "unknown"


class Completion(StrEnum):
    """How far a commitment was carried out (words of the OGP review method)."""

    NO_EVIDENCE = "no_evidence"
    NOT_STARTED = "not_started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"


def code_field(description: str, **more: Any) -> Any:
    """Return a field stored as plain text, whose value comes from a code list."""
    return Field(sa_type=String, description=description, **more)


def text_field(description: str, **more: Any) -> Any:
    """Return a field of running text."""
    return Field(sa_type=Text, description=description, **more)


def check_period(value: str) -> str:
    """Return a period if it is written as SDMX and ISO write it and the calendar has it, else raise ValueError."""
    match = PERIOD.fullmatch(value)
    if match is None or not all(map(_is_in_calendar, filter(None, (match["a"], match["b"])))):
        raise ValueError(f'"{value}" is not a period such as 2024, 2024-Q1, 2024-03, 2024-03-31 or 2016/2022-06')
    if match["b"]:
        shared = min(len(match["a"]), len(match["b"]))
        if match["a"][:shared] > match["b"][:shared]:
            raise ValueError(f'"{value}" is not a period: it ends before it begins')
    return value


def _is_in_calendar(date: str) -> bool:
    if len(date) < 10:
        return True
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        return False
    return True


def check_optional_period(value: str | None) -> str | None:
    """Return a period or nothing; raise ValueError for anything else."""
    return None if value is None else check_period(value)


def check_regrades(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a claim's changes of grade if each has its day, the grade before and the reason, else raise ValueError."""
    for row in rows:
        if set(row) != {"day", "before", "zh-TW", "en"} or not all(row.values()):
            raise ValueError(f"a change of grade needs day, before, zh-TW and en; found {', '.join(sorted(row))}")
        dt.date.fromisoformat(row["day"])
        if not re.fullmatch("E[0-5]", row["before"]):
            raise ValueError(f'"{row["before"]}" is no grade; E0 to E5 are')
    if [row["day"] for row in rows] != sorted({row["day"] for row in rows}):
        raise ValueError("changes of grade stand in the order of their days, one a day")
    return rows


def check_timeline(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a story's timeline if every row has a date and both languages, else raise ValueError."""
    for row in rows:
        if set(row) != {"date", "zh-TW", "en"}:
            raise ValueError(f"a row of the timeline needs date, zh-TW and en; found {', '.join(sorted(row))}")
        check_period(row["date"])
    return rows


def check_synonyms(words: list[str]) -> list[str]:
    """Return two or more words that can be looked for, else raise ValueError."""
    if len(words) < 2:
        raise ValueError("give at least two words that mean the same")
    if empty := [word for word in words if not any(letter.isalnum() for letter in word)]:
        raise ValueError(f'"{empty[0]}" has no letter to look for')
    return words


class Source(Base, table=True):
    """A place where a figure was read."""

    code: str = Field(primary_key=True, description="lower_snake_case, never reused")
    publisher_zh_tw: str
    publisher_en: str
    title: str = text_field("title in the source's own language")
    language: str = Field(description="BCP 47 code of the source")
    url: str = text_field("landing page or file")
    license: str = Field(foreign_key="license.code")
    issued: str | None = Field(default=None, description="date the publisher gives")
    accessed: dt.date
    kind: SourceKind = code_field("who speaks")
    note_zh_tw: str | None = text_field("what we must say about it", default=None)
    note_en: str | None = text_field("what we must say about it", default=None)


class License(Base, table=True):
    """Terms under which a source's figures are shown."""

    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    url: str | None = None
    redistribute: bool = Field(description="false: shown here with attribution, table not offered for republication")


class Theme(Base, table=True):
    """A field of open government."""

    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    description_zh_tw: str = text_field("one sentence")
    description_en: str = text_field("one sentence")
    position: int


class Unit(Base, table=True):
    """What a value counts, and how it is written."""

    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    kind: str = Field(description="percent, points, rate, index, score, rank, count, money, duration, ratio")
    decimals: int = Field(ge=0, le=4)


class Place(Base, table=True):
    """A country, county or township."""

    code: str = Field(primary_key=True, description="ISO 3166-1 alpha-3, ISO 3166-2, or 8-digit township code")
    title_zh_tw: str
    title_en: str
    level: str = Field(description="group, country, county or township")
    parent: str | None = None
    population: float | None = Field(default=None, description="registered people, end of 2020")
    longitude: float | None = Field(default=None, description="where its middle is drawn on our maps")
    latitude: float | None = Field(default=None, description="where its middle is drawn on our maps")
    indigenous_area: str | None = Field(default=None, description="mountain or plain, for indigenous townships")


class Membership(Base, table=True):
    """A country's place in a group of countries: a continent, the OECD, those that joined the OGP."""

    group: str = Field(primary_key=True, description="oecd, asian_democracies, ogp, or a continent")
    place: str = Field(primary_key=True, foreign_key="place.code")
    since: str | None = Field(default=None, description="year of joining, where the source gives it")
    until: str | None = Field(default=None, description="year of leaving, where it left")
    source_code: str = Field(foreign_key="source.code")
    until_source_code: str | None = Field(
        default=None, foreign_key="source.code", description="source of the leaving, where one was read"
    )

    _years = field_validator("since", "until")(check_optional_period)


class Indicator(Base, table=True):
    """What is measured, with unit and method."""

    code: str = Field(primary_key=True, description="file stem; lower_snake_case, never reused")
    theme: str = Field(foreign_key="theme.code")
    result_level: ResultLevel = code_field(
        "step of the results chain: input, activity, output, outcome or impact; "
        "an output is what was delivered, not what changed"
    )
    kind: Kind = code_field("counted, rated or perceived")
    unit: str = Field(foreign_key="unit.code")
    direction: Direction = code_field("which way is better")
    frequency: Frequency = code_field("how often the publisher renews it")
    published: dt.date = Field(description="day we first published it; the default of its rows")
    reviewed: dt.date = Field(description="day a person last checked it")
    next_review: dt.date
    title_zh_tw: str
    title_en: str
    definition_zh_tw: str = text_field("what the value counts, over what, and who is left out")
    definition_en: str = text_field("what the value counts, over what, and who is left out")
    processing_zh_tw: str = text_field("what we did to the producer's figures")
    processing_en: str = text_field("what we did to the producer's figures")
    usage_warnings_zh_tw: str = text_field("what may mislead")
    usage_warnings_en: str = text_field("what may mislead")
    custodian_zh_tw: str
    custodian_en: str
    breakdown_title_zh_tw: str | None = None
    breakdown_title_en: str | None = None
    chart: str | None = Field(default=None, description="line, bar, slope or stacked; by rule when empty")
    decimals: int | None = Field(default=None, ge=0, le=4, description="decimals shown, where not those of the unit")
    baseline_period: str | None = Field(default=None, description="period progress is counted from")
    keywords: str = text_field("words a reader may search by, both languages", default="")

    _baseline = field_validator("baseline_period")(check_optional_period)


class IndicatorSource(Base, table=True):
    """Which sources an indicator is read from; position 0 is preferred where they disagree."""

    indicator_code: str = Field(primary_key=True, foreign_key="indicator.code")
    source_code: str = Field(primary_key=True, foreign_key="source.code")
    position: int


class Breakdown(Base, table=True):
    """A part an indicator is split into: a ballot, an office, an answer."""

    indicator_code: str = Field(primary_key=True, foreign_key="indicator.code")
    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    threshold: float | None = Field(default=None, description="value the whole nation must reach for a part to pass")
    position: int


class Target(Base, table=True):
    """A value to be reached by a period, with the document that set it."""

    indicator_code: str = Field(primary_key=True, foreign_key="indicator.code")
    time_period: str = Field(primary_key=True)
    obs_value: float
    source_code: str = Field(foreign_key="source.code")
    note_zh_tw: str
    note_en: str

    _period = field_validator("time_period")(check_period)


class SeriesBreak(Base, table=True):
    """A period from which an indicator no longer means quite the same."""

    indicator_code: str = Field(primary_key=True, foreign_key="indicator.code")
    time_period: str = Field(primary_key=True)
    note_zh_tw: str
    note_en: str

    _period = field_validator("time_period")(check_period)


class Disagreement(Base, table=True):
    """A figure that other sources give and that must not be joined to the line: named beside it."""

    id: int | None = Field(default=None, primary_key=True)
    indicator_code: str = Field(foreign_key="indicator.code")
    time_period: str = Field(description="as the source states it; text such as 'undated' is allowed")
    obs_value: float
    lower: float | None = Field(default=None, description="the value itself where the source says more than this")
    upper: float | None = Field(default=None, description="the value itself where the source says less than this")
    source_code: str = Field(foreign_key="source.code")
    note_zh_tw: str
    note_en: str


class Event(Base, table=True):
    """Something that happened on a day and that charts and timelines point at: a law, a launch."""

    code: str = Field(primary_key=True)
    date: str
    theme: str = Field(foreign_key="theme.code")
    title_zh_tw: str
    title_en: str
    note_zh_tw: str = text_field("what happened and what it did not do")
    note_en: str = text_field("what happened and what it did not do")
    source_code: str = Field(foreign_key="source.code")

    _date = field_validator("date")(check_period)


class IndicatorEvent(Base, table=True):
    """An event drawn on an indicator's chart."""

    indicator_code: str = Field(primary_key=True, foreign_key="indicator.code")
    event_code: str = Field(primary_key=True, foreign_key="event.code")


class Observation(SQLModel):
    """One value of one indicator for one place and period, as published on one day.

    Kept in Parquet, not in SQL: rows are only ever added, and pages read whole series.
    """

    indicator_code: str
    ref_area: str
    time_period: str
    breakdown: str = TOTAL
    obs_value: float | None = None
    obs_status: ObsStatus = ObsStatus.NORMAL
    lower: float | None = None
    upper: float | None = None
    source_code: str
    published: dt.date
    note_zh_tw: str | None = None
    note_en: str | None = None

    _period = field_validator("time_period")(check_period)


class Claim(Base, table=True):
    """A sentence with a number in it: what it rests on, and what speaks against it."""

    id: str = Field(primary_key=True)
    case_study: str | None = Field(default=None, description="slug, when the claim belongs to a story")
    theme: str = Field(foreign_key="theme.code")
    indicator: str = Field(foreign_key="indicator.code", description="the indicator whose figure stands beside it")
    ref_area: str = "TWN"
    result_level: ResultLevel = code_field("level of what is claimed")
    design: Design = code_field("how it was established")
    reliability: Reliability = code_field("whether the data serve this use")
    independence: Independence = code_field("who stands behind it")
    theory_of_change: bool = Field(default=False, description="a stated theory with evidence for each link")
    single_source: bool = Field(default=False)
    self_selected: bool = Field(default=False, description="participants chose themselves")
    contradicted: bool = Field(default=False, description="the source contradicts itself or another")
    partial_coverage: bool = Field(default=False, description="the figures cover less than 80% of what is spoken of")
    survey_undescribed: bool = Field(
        default=False, description="a sample survey, and for some value its size, days or mode are not known"
    )
    checked: dt.date
    title_zh_tw: str = Field(description="finding, at most 24 characters")
    title_en: str = Field(description="finding, at most 10 words")
    sentence_zh_tw: str = text_field("with placeholders")
    sentence_en: str = text_field("with placeholders")
    biggest_doubt_zh_tw: str = text_field("the strongest objection, one sentence")
    biggest_doubt_en: str = text_field("the strongest objection, one sentence")
    rival_explanations_zh_tw: list[str] = Field(default_factory=list, sa_type=JSON)
    rival_explanations_en: list[str] = Field(default_factory=list, sa_type=JSON)
    independent_verdict_zh_tw: str | None = text_field("what an outside reviewer said", default=None)
    independent_verdict_en: str | None = text_field("what an outside reviewer said", default=None)
    verdict_source: str | None = Field(default=None, foreign_key="source.code")
    grade: str = Field(default="", description="computed when the store is built, never typed")
    grade_reasons: list[str] = Field(default_factory=list, sa_type=JSON)
    regraded: list[dict[str, str]] = Field(
        default_factory=list, sa_type=JSON, description="changes of a published grade: day, grade before, reason"
    )
    headline: str = Field(default="", description="name of the value shown large on a card")
    base: str | None = Field(default=None, description="name of the value that counts the base of a percentage")

    _regraded = field_validator("regraded")(check_regrades)


class ClaimValue(Base, table=True):
    """A named value inside a claim: an observation's key, or a sum worked out from two others."""

    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    name: str = Field(primary_key=True)
    indicator_code: str | None = None
    ref_area: str | None = None
    time_period: str | None = None
    breakdown: str = TOTAL
    source_code: str | None = None
    operation: str | None = Field(default=None, description="difference, ratio or percent_change")
    operand_a: str | None = None
    operand_b: str | None = None


class Plan(Base, table=True):
    """A national action plan."""

    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    start: str
    end: str
    summary_zh_tw: str = text_field("what it is")
    summary_en: str = text_field("what it is")
    source_code: str = Field(foreign_key="source.code")

    _dates = field_validator("start", "end")(check_period)


class Commitment(Base, table=True):
    """A promise in an action plan."""

    code: str = Field(primary_key=True, description="plan and number, such as nap1-4-2")
    plan: str = Field(foreign_key="plan.code")
    number: str
    theme: str = Field(foreign_key="theme.code")
    title_zh_tw: str
    title_en: str
    area_zh_tw: str
    area_en: str
    lead_agency_zh_tw: str
    lead_agency_en: str
    partners_zh_tw: str | None = text_field("", default=None)
    partners_en: str | None = text_field("", default=None)
    problem_zh_tw: str | None = text_field("what it answers", default=None)
    problem_en: str | None = text_field("what it answers", default=None)
    aim_zh_tw: str | None = text_field("what it promised", default=None)
    aim_en: str | None = text_field("what it promised", default=None)
    ogp_values: list[str] = Field(default_factory=list, sa_type=JSON)
    start: str | None = None
    end: str | None = None
    completion: Completion = code_field("our reading of cited passages, not a rating")
    status_zh_tw: str = text_field("what is known, in a sentence or two")
    status_en: str = text_field("what is known, in a sentence or two")
    status_date: str | None = None
    early_results: str | None = Field(default=None, description="independent reviewer's word: significant, or empty")
    early_results_zh_tw: str | None = text_field("independent reviewer's reading", default=None)
    early_results_en: str | None = text_field("independent reviewer's reading", default=None)
    early_results_source: str | None = Field(default=None, foreign_key="source.code")
    sources: list[str] = Field(default_factory=list, sa_type=JSON)

    _dates = field_validator("start", "end", "status_date")(check_optional_period)


class Milestone(Base, table=True):
    """A dated step of a commitment, or of a plan as a whole."""

    code: str = Field(primary_key=True)
    plan: str = Field(foreign_key="plan.code")
    commitment: str | None = Field(
        default=None, foreign_key="commitment.code", description="empty for a step of the plan itself"
    )
    number: str
    title_zh_tw: str
    title_en: str
    start_date: str | None = None
    due_date: str | None = None
    date_met: str | None = None
    status: MilestoneStatus = code_field("our reading of cited passages")
    status_zh_tw: str = text_field("what is known")
    status_en: str = text_field("what is known")
    status_date: str | None = None
    delay_reason_zh_tw: str | None = text_field("", default=None)
    delay_reason_en: str | None = text_field("", default=None)
    next_step_zh_tw: str | None = text_field("", default=None)
    next_step_en: str | None = text_field("", default=None)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)

    _dates = field_validator("start_date", "due_date", "date_met", "status_date")(check_optional_period)


class Member(Base, table=True):
    """A seat on the Task Force: a public appointment."""

    id: int | None = Field(default=None, primary_key=True)
    term: int
    term_dates: str
    name: str
    name_en: str | None = Field(default=None, description="English form as a source writes it, if any")
    name_en_source: str | None = Field(
        default=None, foreign_key="source.code", description="source of the English form of the name"
    )
    organisation_zh_tw: str
    organisation_en: str
    side: str = Field(description="government or civil_society")
    role: str = Field(description="convener, co_convener or member")
    source_code: str = Field(foreign_key="source.code")


class Meeting(Base, table=True):
    """A meeting of the Task Force."""

    number: str = Field(primary_key=True)
    date: str
    note_zh_tw: str | None = text_field("", default=None)
    note_en: str | None = text_field("", default=None)
    minutes: bool
    source_code: str = Field(foreign_key="source.code")

    _date = field_validator("date")(check_period)


class Rule(Base, table=True):
    """A rule the Task Force works by."""

    code: str = Field(primary_key=True)
    title_zh_tw: str
    title_en: str
    text_zh_tw: str = text_field("")
    text_en: str = text_field("")
    source_code: str = Field(foreign_key="source.code")


class Recommendation(Base, table=True):
    """What the independent reviewers asked for, and what became of it as far as public pages tell."""

    code: str = Field(primary_key=True)
    report_zh_tw: str
    report_en: str
    title_zh_tw: str
    title_en: str
    addressed_to_zh_tw: str
    addressed_to_en: str
    status: str = Field(description="done, partly, no_evidence or not_done")
    evidence_zh_tw: str = text_field("")
    evidence_en: str = text_field("")
    sources: list[str] = Field(default_factory=list, sa_type=JSON)


class Standard(Base, table=True):
    """A participation and co-creation standard of the OGP, and the public evidence beside it."""

    code: str = Field(primary_key=True)
    position: int
    title_zh_tw: str
    title_en: str
    requirement_zh_tw: str = text_field("")
    requirement_en: str = text_field("")
    evidence_zh_tw: str = text_field("")
    evidence_en: str = text_field("")
    state: str = Field(description="met, partly, no_evidence")
    sources: list[str] = Field(default_factory=list, sa_type=JSON)


class Project(Base, table=True):
    """A named integrity platform or hackathon winner, with its place where one is known."""

    code: str = Field(primary_key=True)
    kind: str = Field(description="integrity_platform or hackathon_winner")
    title_zh_tw: str
    title_en: str
    agency_zh_tw: str | None = None
    agency_en: str | None = None
    ref_area: str = Field(description="county, or TWN when not tied to one")
    latitude: float | None = None
    longitude: float | None = None
    start: str | None = None
    state: str = Field(description="under_way, done, stopped or unknown")
    status_zh_tw: str = text_field("what is known")
    status_en: str = text_field("what is known")
    money_twd: float | None = None
    money_meaning: str | None = Field(default=None, description="budget, plan_total, development_value, sales")
    source_code: str = Field(foreign_key="source.code")

    _start = field_validator("start")(check_optional_period)


class CaseStudy(Base, table=True):
    """A story on one episode, in both languages."""

    slug: str = Field(primary_key=True)
    theme: str = Field(foreign_key="theme.code")
    position: int
    title_zh_tw: str
    title_en: str
    summary_zh_tw: str = text_field("at most 100 words, placeholders allowed")
    summary_en: str = text_field("at most 100 words, placeholders allowed")
    body_zh_tw: str = text_field("Markdown with placeholders and figure marks")
    body_en: str = text_field("Markdown with placeholders and figure marks")
    lead_indicator: str = Field(foreign_key="indicator.code")
    lead_ref_area: str = "TWN"
    commitments: list[str] = Field(default_factory=list, sa_type=JSON)
    places: list[str] = Field(default_factory=list, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    timeline: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    ladder: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=JSON)
    policy_areas: list[str] = Field(default_factory=list, sa_type=JSON)
    ogp_values: list[str] = Field(default_factory=list, sa_type=JSON)
    borrow: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        sa_type=JSON,
        description="prerequisites, cost, time, steps, risks, files, contact; each in both languages",
    )
    revised_zh_tw: dt.date = Field(description="day the Chinese text was last changed")
    revised_en: dt.date = Field(description="day the English text was last changed")
    checked: dt.date

    _timeline = field_validator("timeline")(check_timeline)


class Gap(Base, table=True):
    """Something looked for and not found."""

    code: str = Field(primary_key=True)
    theme: str = Field(foreign_key="theme.code")
    title_zh_tw: str
    title_en: str
    note_zh_tw: str = text_field("where we looked and what is there instead")
    note_en: str = text_field("where we looked and what is there instead")


class Synonym(Base, table=True):
    """Words that mean the same to somebody who searches: abbreviations, names in the other language, old names."""

    code: str = Field(primary_key=True)
    words: list[str] = Field(sa_type=JSON, description="each found by all the others; a word stands in one row only")

    _words = field_validator("words")(check_synonyms)


class StudyEstimate(Base, table=True):
    """One number of the study of outcomes before and after countries joined the OGP, in standard deviations."""

    id: int | None = Field(default=None, primary_key=True)
    outcome: str = Field(description="which index, such as control_of_corruption")
    variant: str = Field(description="main, path, before (test of the years before joining) or a sensitivity check")
    estimator: str = Field(description="did2s, sun_abraham, twfe or leads")
    distance: int | None = Field(default=None, description="years since joining, for a path")
    value: float = Field(description="difference in standard deviations; F for the test of the years before")
    lower: float | None = Field(default=None, description="lower end of the 95 % interval")
    upper: float | None = Field(default=None, description="upper end of the 95 % interval")
    std_error: float | None = None
    p_value: float | None = None
    countries: int | None = None
    joiners: int | None = None
    observations: int | None = None


class Consultation(Base, table=True):
    """An online consultation in which accounts voted on each other's statements, and what its votes amount to."""

    slug: str = Field(primary_key=True)
    source_code: str = Field(foreign_key="source.code")
    case_study: str | None = Field(default=None, foreign_key="casestudy.slug")
    title_zh_tw: str
    title_en: str
    question_zh_tw: str = text_field("what was asked, in our words")
    question_en: str = text_field("what was asked, in our words")
    note_zh_tw: str = text_field("what may mislead in this consultation")
    note_en: str = text_field("what may mislead in this consultation")
    checked: dt.date = Field(description="day somebody compared the glosses with the statements")
    published: dt.date = Field(description="day it becomes public here; the day it was checked when none is given")
    # From here on written by the ingest.
    started: str | None = Field(default=None, description="day of the first vote, Taiwan time")
    ended: str | None = Field(default=None, description="day of the last vote")
    voters: int = Field(description="accounts that voted at least once")
    votes: int = Field(description="the latest vote of each account on each statement")
    grouped: int = Field(description="accounts placed in a group")
    in_small_groups: int = Field(description="accounts in groups too small to be shown")
    statements: int = Field(description="statements handed in")
    accepted: int
    rejected: int
    undecided: int
    shown: int = Field(description="accepted statements that enough accounts voted on to be shown")
    writers: int | None = Field(default=None, description="accounts that handed in a statement")
    axis_1: float = Field(description="share of the variance of votes on the first axis, percent")
    axis_2: float = Field(description="share of the variance of votes on the second axis, percent")
    stored_groups: bool = Field(description="whether the groups are those the platform stored with the export")
    found_groups: int = Field(description="groups our own calculation would choose")
    silhouettes: dict[str, float] = Field(
        default_factory=dict, sa_type=JSON, description="by number of groups tried; 1 is perfectly apart, 0 not at all"
    )
    stability: float | None = Field(
        default=None, description="percent of accounts that keep their group without a tenth of the statements"
    )
    same_group: float | None = Field(
        default=None, description="percent of accounts our calculation places in the stored group"
    )
    rand_index: float | None = Field(default=None, description="adjusted Rand index of the same comparison")
    axis_match: float | None = Field(
        default=None, description="lower of the two correlations of our positions with the stored ones"
    )
    gini: float = Field(description="inequality of votes an account: 0 all the same, 1 one cast all")

    _started = field_validator("started", "ended")(check_optional_period)


class OpinionGroup(Base, table=True):
    """A group of accounts that voted alike; large enough to be shown."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    code: str = Field(primary_key=True, description="A is the largest")
    people: int
    x: float
    y: float


class Statement(Base, table=True):
    """An accepted statement that enough accounts voted on, with our gloss; what was written is not published."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    number: int = Field(primary_key=True, description="the platform's number")
    gloss_zh_tw: str | None = Field(default=None, description="its meaning in our words")
    gloss_en: str | None = Field(default=None, description="its meaning in our words")
    agree: int
    disagree: int
    passed: int
    voters: int
    x: float
    y: float
    consensus_agree: float | None = Field(
        default=None, description="product over groups of (agree + 1) / (voters + 2); empty where a group is held back"
    )
    consensus_disagree: float | None = Field(
        default=None, description="product over groups of (disagree + 1) / (voters + 2)"
    )
    gap: float | None = Field(
        default=None, description="percentage points of agreement between the groups furthest apart"
    )


class StatementVotes(Base, table=True):
    """How one group voted on one statement; empty where too few of the group did."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    number: int = Field(primary_key=True)
    group_code: str = Field(primary_key=True)
    agree: int | None = None
    disagree: int | None = None
    passed: int | None = None
    voters: int | None = None
    z: float | None = Field(default=None, description="how far its agreement differs from that of the others")


class OpinionCell(Base, table=True):
    """How many accounts of a group stand on one spot of the opinion map."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    x: float = Field(primary_key=True)
    y: float = Field(primary_key=True)
    group_code: str = Field(primary_key=True)
    people: int


class GrowthStep(Base, table=True):
    """What came in during one day or month: votes, accounts voting for the first time, statements."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    time_period: str = Field(primary_key=True)
    votes: int
    voters: int
    statements: int

    _period = field_validator("time_period")(check_period)


class VoteShare(Base, table=True):
    """A step of the Lorenz curve: the least active so many percent of voters cast so many percent of votes."""

    consultation: str = Field(primary_key=True, foreign_key="consultation.slug")
    voters_pct: int = Field(primary_key=True)
    votes_pct: float


class CheckResult(Base, table=True):
    """What a check said when the store was built."""

    code: str = Field(primary_key=True)
    sentence_zh_tw: str = text_field("what is checked")
    sentence_en: str = text_field("what is checked")
    outcome: str = Field(description="passed, failed, warned or not_applicable")
    checked: int = Field(description="how many things were looked at")
    examples: list[str] = Field(default_factory=list, sa_type=JSON)
