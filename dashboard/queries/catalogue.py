"""Rows of the catalogue as they are recorded: places, sources, plans, projects. They have no day of their own."""

from sqlmodel import col, func

from dashboard.models import (
    Commitment,
    Event,
    Gap,
    License,
    Meeting,
    Member,
    Membership,
    Milestone,
    Place,
    Plan,
    Project,
    Recommendation,
    Rule,
    Source,
    Standard,
    Synonym,
    Theme,
)
from dashboard.queries.access import read_rows
from dashboard.store import Store


def get_places(store: Store) -> dict[str, Place]:
    """Return every place by code."""
    return {row.code: row for row in read_rows(store, Place, order=[col(Place.code)])}


def get_memberships(store: Store) -> dict[str, dict[str, Membership]]:
    """Return the members of every group of countries, by group and country."""
    groups: dict[str, dict[str, Membership]] = {}
    for row in read_rows(store, Membership, order=[col(Membership.group), col(Membership.place)]):
        groups.setdefault(row.group, {})[row.place] = row
    return groups


def get_themes(store: Store) -> list[Theme]:
    """Return the themes in the order they are shown."""
    return read_rows(store, Theme, order=[col(Theme.position)])


def get_sources(store: Store) -> dict[str, Source]:
    """Return every source by code."""
    return {row.code: row for row in read_rows(store, Source, order=[col(Source.code)])}


def get_licenses(store: Store) -> dict[str, License]:
    """Return every licence by code."""
    return {row.code: row for row in read_rows(store, License)}


def get_plans(store: Store) -> list[Plan]:
    """Return the action plans, oldest first."""
    return read_rows(store, Plan, order=[col(Plan.start)])


def get_commitments(store: Store) -> list[Commitment]:
    """Return every commitment by plan and number."""
    return read_rows(store, Commitment, order=[col(Commitment.plan), col(Commitment.number)])


def get_milestones(store: Store) -> list[Milestone]:
    """Return every milestone by plan, commitment and number; the steps of the plan itself come first."""
    own = func.coalesce(Milestone.commitment, "")  # databases differ on where nothing stands in an order
    return read_rows(store, Milestone, order=[col(Milestone.plan), own, col(Milestone.number)])


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
