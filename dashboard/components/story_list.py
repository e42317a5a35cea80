"""Pieces of the list of case stories: what stories can be kept by, and which of them are left."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from dashboard.components.choices import url_choice
from dashboard.components.findings import count_grades, list_stories, show_story_cards
from dashboard.components.layout import link
from dashboard.components.reader import Reader, get_rows, kept, show_html
from dashboard.evidence import GRADES
from dashboard.models import CaseStudy, Commitment
from dashboard.search.documents import UNNAMED_AGENCY
from dashboard.views import ANY

HEADINGS = {
    "theme": "theme",
    "value": "ogp_value",
    "policy": "policy_area",
    "plan": "plan",
    "agency": "agency",
    "grade": "strongest_grade",
}
"""What stories can be kept by, in the order of the fields, with the text above each."""
NO_PLAN = "none"
"""The plan of stories that belong to no commitment."""


def choose_stories(reader: Reader) -> dict[str, str]:
    """Return what the reader keeps stories by: for each choice a code, or ``all``."""
    with st.container(horizontal=True, key="story-choices"):
        return {
            name: url_choice(st.selectbox, reader.text(HEADINGS[name]), labels, key=name, default=ANY) or ANY
            for name, labels in _list_labels(reader).items()
        }


@kept
def _list_labels(reader: Reader) -> dict[str, dict[str, str]]:
    """Return the codes of every choice with their names; a code no story has is not offered, but for grades.

    That no story reaches a grade is a finding, so all grades stand there.
    """
    stories = list_stories(reader)
    promised = [row for rows in _list_commitments(reader).values() for row in rows]
    themes = {row.code: reader.pick(row, "title") for row in get_rows(reader, "get_themes")}
    held = {story.theme for story in stories}
    plans = {row.plan: reader.text(f"plan_{row.plan}") for row in sorted(promised, key=lambda row: row.plan)}
    return {
        "theme": {ANY: reader.text("any_theme")} | {code: name for code, name in themes.items() if code in held},
        "value": {ANY: reader.text("any_value")} | _name_tags(reader, "value", [row.ogp_values for row in stories]),
        "policy": {ANY: reader.text("any_policy")}
        | _name_tags(reader, "policy", [row.policy_areas for row in stories]),
        "plan": {ANY: reader.text("any_story_plan")} | plans | {NO_PLAN: reader.text("no_commitment")},
        "agency": {ANY: reader.text("any_agency")} | _name_agencies(reader, promised),
        "grade": {ANY: reader.text("any_grade")} | {code: f"{code} {reader.text(f'grade_{code}')}" for code in GRADES},
    }


def _name_tags(reader: Reader, prefix: str, tags: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return tags of stories with their names, the most frequent first."""
    counts = Counter(tag for own in tags for tag in own)
    names = {tag: reader.text(f"{prefix}_{tag}") for tag, _ in counts.most_common()}
    return {tag: name[0].upper() + name[1:] for tag, name in names.items()}


def _agency(row: Commitment) -> str:
    """Return the code of a commitment's lead agency: its English name without what a plan remarks on it."""
    return row.lead_agency_en.partition(" (")[0]


def _name_agencies(reader: Reader, promised: Iterable[Commitment]) -> dict[str, str]:
    """Return the agencies that lead commitments; one that two plans write differently has the shorter name."""
    names: dict[str, str] = {}
    for row in promised:
        if row.lead_agency_en != UNNAMED_AGENCY:
            name = reader.pick(row, "lead_agency")
            names[_agency(row)] = min(names.get(_agency(row), name), name, key=len)
    return dict(sorted(names.items()))


def _list_commitments(reader: Reader) -> dict[str, list[Commitment]]:
    """Return the commitments of every story, by its slug."""
    rows = {row.code: row for row in get_rows(reader, "get_commitments")}
    return {story.slug: [rows[code] for code in story.commitments if code in rows] for story in list_stories(reader)}


@kept
def find_stories(reader: Reader, chosen: dict[str, str]) -> list[CaseStudy]:
    """Return the stories that meet every choice; plan and agency must be those of one commitment."""
    promised = _list_commitments(reader)
    return [
        story
        for story in list_stories(reader)
        if _has_tags(story, chosen)
        and _is_promised(promised[story.slug], chosen["plan"], chosen["agency"])
        and chosen["grade"] in (ANY, max(count_grades(reader, story), default=""))
    ]


def _has_tags(story: CaseStudy, chosen: Mapping[str, str]) -> bool:
    return (
        chosen["theme"] in (ANY, story.theme)
        and chosen["value"] in (ANY, *story.ogp_values)
        and chosen["policy"] in (ANY, *story.policy_areas)
    )


def _is_promised(own: Sequence[Commitment], plan: str, agency: str) -> bool:
    if plan == agency == ANY:
        return True
    if plan == NO_PLAN:
        return not own and agency == ANY
    return any(plan in (ANY, row.plan) and agency in (ANY, _agency(row)) for row in own)


def show_found_stories(reader: Reader, stories: Sequence[CaseStudy]) -> None:
    """Show the stories that are left; where there are none, the way back to all."""
    if stories:
        show_story_cards(reader, stories)
        return
    way = f'<a href="{link("stories", reader)}">{reader.html("all_stories")}</a>'
    show_html(f'<p class="muted">{reader.html("none_found_stories")} {way}</p>')
