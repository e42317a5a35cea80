"""Online consultations with all tables of their opinion maps."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from dashboard.catalog import today
from dashboard.exceptions import UnknownCodeError
from dashboard.models import (
    Consultation,
    GrowthStep,
    License,
    OpinionCell,
    OpinionGroup,
    Source,
    Statement,
    StatementVotes,
    VoteShare,
)
from dashboard.queries.access import T, read_rows
from dashboard.queries.catalogue import get_licenses, get_sources
from dashboard.store import Store


def get_consultations(store: Store, day: dt.date | None = None) -> list[Consultation]:
    """Return every opinion map of an online consultation public by a day, the one with most voters first.

    Without a day: today.
    """
    public = col(Consultation.published) <= (day or today())
    return read_rows(store, Consultation, public, order=[col(Consultation.voters).desc(), Consultation.slug])


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


def get_opinions(store: Store, slug: str, day: dt.date | None = None) -> Opinions:
    """Return one consultation.

    Raises:
        UnknownCodeError: when there is none with this slug that is public by the day.
    """
    consultation = next((row for row in get_consultations(store, day) if row.slug == slug), None)
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
