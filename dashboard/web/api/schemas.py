"""The shape of every answer: rows of the published tables, and single things with all that belongs to them."""

import datetime as dt

from pydantic import Field

from dashboard import models
from dashboard.web.api.shapes import Shape, WordLists, Words, derive_shape, extend

ObservationRow = derive_shape("ObservationRow", models.Observation)
SourceRow = derive_shape("SourceRow", models.Source, license_title=(Words, ...), license_url=(str | None, ...))
PlaceRow = derive_shape("PlaceRow", models.Place)
IndicatorRow = derive_shape(
    "IndicatorRow", models.Indicator, ("keywords", "chart"),
    theme_title=(Words, ...), unit_title=(Words, ...), sources=(list[str], ...), observations=(int, ...),
    places=(int, ...), first_period=(str | None, ...), last_period=(str | None, ...),
    last_published=(dt.date | None, ...), page=(str, ...),
)  # fmt: skip
CommitmentRow = derive_shape("CommitmentRow", models.Commitment, page=(str, ...))
ClaimRow = derive_shape(
    "ClaimRow", models.Claim, ("rival_explanations", "headline", "base"),
    sources=(list[str], ...), last_period=(str, ...), page=(str, ...),
)  # fmt: skip
StoryRow = derive_shape(
    "StoryRow", models.CaseStudy, ("position", "body", "timeline", "ladder", "borrow"),
    claims=(list[str], ...), page=(str, ...),
)  # fmt: skip

OWNER = ("indicator_code", "id", "position")
"""Columns that only tie a row to its indicator."""
BreakdownRow = derive_shape("BreakdownRow", models.Breakdown, OWNER)
TargetRow = derive_shape("TargetRow", models.Target, OWNER)
BreakRow = derive_shape("BreakRow", models.SeriesBreak, OWNER)
DisagreementRow = derive_shape("DisagreementRow", models.Disagreement, OWNER)
EventRow = derive_shape("EventRow", models.Event)
MilestoneRow = derive_shape("MilestoneRow", models.Milestone, ("plan", "commitment"))


class ValueRow(Shape):
    """A number inside a claim, with the row it is read from or the sum it is worked out by."""

    name: str
    value: float
    written: Words
    indicator_code: str | None
    ref_area: str | None
    time_period: str | None
    breakdown: str | None
    source_code: str | None
    operation: str | None
    operand_a: str | None
    operand_b: str | None
    written_when_checked: Words | None


class ReasonRow(Shape):
    """What a grade rests on, or why it is not higher."""

    code: str
    words: Words


class DateRow(Words):
    """A dated line of a story's timeline."""

    date: str


IndicatorDetail = extend(
    "IndicatorDetail", IndicatorRow, "An indicator with everything said about it.",
    breakdowns=list[BreakdownRow], targets=list[TargetRow], breaks=list[BreakRow],
    disagreements=list[DisagreementRow], events=list[EventRow], source_details=list[SourceRow],
)  # fmt: skip
CommitmentDetail = extend(
    "CommitmentDetail", CommitmentRow, "A commitment with its milestones.",
    milestones=list[MilestoneRow], source_details=list[SourceRow],
)  # fmt: skip
ClaimDetail = extend(
    "ClaimDetail", ClaimRow, "A claim with its numbers, the reasons of its grade and its sources.",
    rival_explanations=WordLists, values=list[ValueRow], reasons=list[ReasonRow], source_details=list[SourceRow],
)  # fmt: skip
StoryDetail = extend(
    "StoryDetail", StoryRow,
    "A story as a whole, in Markdown; a line in double braces marks where a figure, map or claim stands.",
    body=Words, timeline=list[DateRow], ladder=dict[str, Words], borrow=dict[str, Words],
    source_details=list[SourceRow],
)  # fmt: skip


class HitRow(Shape):
    """Something found, the best first."""

    kind: str
    code: str
    title: Words
    context: Words
    parent: Words
    result_level: str | None
    grade: str | None
    score: float
    page: str


class LicenseRow(Shape):
    """Terms of our own texts and compiled tables; every source keeps its own."""

    title: Words
    url: str


class ListRow(Shape):
    """Where a list is found."""

    name: str
    about: Words
    json_: str = Field(alias="json")
    csv: str
    parquet: str
    one: str | None


class IndexRow(Shape):
    """What there is, where, of which version."""

    title: Words
    version: str
    asof: dt.date
    built: dt.datetime
    data_version: str
    license: LicenseRow
    manual: str
    openapi: str
    lists: list[ListRow]


class FaultRow(Shape):
    """A parameter that is not as it should be."""

    parameter: str
    reason: str


class ProblemRow(Shape):
    """Why a request was not answered (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    words: Words
    errors: list[FaultRow] = Field(default_factory=list)
