"""Online consultations with all tables of their opinion maps."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col

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
