"""Pieces of the action plans page."""

from collections import Counter, defaultdict

import streamlit as st

from dashboard import markup
from dashboard.components.choices import url_choice
from dashboard.components.layout import link
from dashboard.components.reader import Reader, get_cards, get_rows, kept, show_html
from dashboard.models import Commitment, Completion, Milestone

VIEWS = ("commitments", "timeline", "task_force", "recommendations", "standards")
ANY = "all"


def choose_plan_view(reader: Reader) -> str:
    """Return which side of the plans is shown."""
    labels = {view: reader.text(f"plans_{view}") for view in VIEWS}
    return url_choice(
        st.segmented_control, reader.text("view"), labels, key="view", default=VIEWS[0], label_visibility="collapsed",
        required=True,
    ) or VIEWS[0]  # fmt: skip


def choose_plan(reader: Reader, *, every: bool) -> str:
    """Return a plan's code, or ``all``."""
    plans = get_rows(reader, "get_plans")
    labels = {ANY: reader.text("any_plan")} if every else {}
    labels |= {plan.code: reader.pick(plan, "title") for plan in plans}
    default = next(iter(labels))
    return url_choice(st.selectbox, reader.text("plan"), labels, key="plan", default=default) or default


def filter_commitments(
    commitments: list[Commitment], *, plan: str = ANY, area: str = ANY, agency: str = ANY, state: str = ANY
) -> list[Commitment]:
    """Return the commitments that meet every choice; areas and agencies are told apart by their English names."""
    return [
        row
        for row in commitments
        if plan in (ANY, row.plan)
        and area in (ANY, row.area_en)
        and agency in (ANY, row.lead_agency_en)
        and state in (ANY, row.completion)
    ]


def _labels(reader: Reader, rows: list[Commitment], field: str, everything: str) -> dict[str, str]:
    labels = {ANY: reader.text(everything)}
    labels |= {getattr(row, f"{field}_en"): reader.pick(row, field) for row in rows}
    return labels


def show_commitments(reader: Reader) -> None:
    """Show commitments by plan, area, agency and state; our reading and the independent verdict in separate columns."""
    everything = get_rows(reader, "get_commitments")
    columns = st.columns(4)
    with columns[0]:
        plan = choose_plan(reader, every=True)
    inside = filter_commitments(everything, plan=plan)
    with columns[1]:
        area = url_choice(
            st.selectbox, reader.text("area"), _labels(reader, inside, "area", "any_area"), key="area", default=ANY
        )
    with columns[2]:
        agencies = _labels(reader, inside, "lead_agency", "any_agency")
        agency = url_choice(st.selectbox, reader.text("agency"), agencies, key="agency", default=ANY)
    with columns[3]:
        states = {ANY: reader.text("any_state")} | {
            state.value: reader.text(f"completion_{state}") for state in Completion
        }
        state = url_choice(st.selectbox, reader.text("state"), states, key="state", default=ANY)
    _show_found_commitments(reader, plan, area or ANY, agency or ANY, state or ANY)


@kept
def _show_found_commitments(reader: Reader, plan: str, area: str, agency: str, state: str) -> None:
    everything = get_rows(reader, "get_commitments")
    found = filter_commitments(everything, plan=plan, area=area, agency=agency, state=state)
    counts = Counter(str(row.completion) for row in found)
    summary = "".join(
        f"<li><b>{counts[state.value]}</b> {reader.html(f'completion_{state}')}</li>"
        for state in Completion
        if counts[state.value]
    )
    show_html(
        f'<p role="status">{reader.html("commitments_found", count=len(found), whole=len(everything))}</p>'
        f'<ul class="tally">{summary}</ul>{markup.paragraph(reader.text("our_reading"), "muted small")}'
    )
    show_html(f'<div class="commitments">{"".join(_commitment(reader, row) for row in found)}</div>')


def _commitment(reader: Reader, row: Commitment) -> str:
    sources = get_rows(reader, "get_sources")
    facts = [
        (reader.text("area"), reader.words(row, "area")),
        (reader.text("agency"), reader.words(row, "lead_agency")),
        (reader.text("partners"), reader.words(row, "partners")),
        (reader.text("problem"), reader.words(row, "problem")),
        (reader.text("aim"), reader.words(row, "aim")),
        (
            reader.text("ogp_values"),
            markup.escape(reader.text("comma").join(reader.text(f"value_{value}") for value in row.ogp_values)),
        ),
    ]
    verdict = reader.pick(row, "early_results")
    outside = reader.html(f"early_{row.early_results}") if row.early_results else ""
    if not verdict and not outside:
        outside = f"<p>{reader.html('no_verdict')}</p>"
    if verdict:
        outside += f"<p>{markup.escape(verdict)}</p>"
    if row.early_results_source:
        outside += f'<p class="source">{markup.source_link(sources[row.early_results_source], reader.language)}</p>'
    cited = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in row.sources)
    ours = markup.state_mark(row.completion, reader.text(f"completion_{row.completion}"))
    plan = reader.text(f"plan_{row.plan}")
    return (
        f'<article class="commitment" id="{markup.escape(row.code)}"><header><p class="kicker">{markup.escape(plan)} '
        f"{markup.escape(row.number)}</p><h3>{reader.words(row, 'title')}</h3></header>"
        f'<div class="columns-2"><div><h4>{reader.html("our_reading_short")}</h4>{ours}'
        f"<p>{reader.words(row, 'status')}</p>"
        f'<p class="muted small">{reader.when(row.status_date) if row.status_date else ""}</p></div>'
        f"<div><h4>{reader.html('independent_verdict')}</h4>{outside}</div></div>"
        f"<details><summary>{reader.html('more')}</summary>{markup.definition_list(facts)}"
        f'<ul class="cited">{cited}</ul></details>'
        f'<p class="small"><a href="{link(f"brief/commitment/{row.code}", reader)}">{reader.html("brief")}</a></p>'
        "</article>"
    )


def show_plan_timeline(reader: Reader) -> None:
    """Show milestones planned against actual, each with delay, reason and next step."""
    _show_timeline(reader, choose_plan(reader, every=False))


@kept
def _show_timeline(reader: Reader, plan_code: str) -> None:
    plan = next(plan for plan in get_rows(reader, "get_plans") if plan.code == plan_code)
    commitments = [row for row in get_rows(reader, "get_commitments") if row.plan == plan_code]
    steps: dict[str, list[Milestone]] = defaultdict(list)
    for row in get_rows(reader, "get_milestones"):
        if row.plan == plan_code:
            steps[row.commitment or row.plan].append(row)
    every = [row for rows in steps.values() for row in rows]
    today = reader.day.isoformat()
    counts = Counter(row.status for row in every)
    late = sum(markup.delay_months(row) > 0 for row in every)
    tally = "".join(f"<li><b>{counts[status]}</b> {reader.html(f'milestone_{status}')}</li>" for status in counts)
    show_html(
        f"{markup.paragraph(reader.pick(plan, 'summary'))}"
        f'<ul class="tally">{tally}<li class="late"><b>{late}</b> {reader.html("with_delay")}</li></ul>'
        f"{markup.paragraph(reader.text('gantt_legend'), 'muted small')}"
    )
    known = [day[:7] for row in every for day in (row.due_date, row.date_met, row.status_date) if day and len(day) > 4]
    last = max(plan.end[:7] if len(plan.end) > 4 else f"{plan.end}-12", min(today[:7], max(known, default="")))
    first = min(plan.start, *(row.start_date or row.due_date or plan.start for row in every))[:4] + "-01"
    sources = get_rows(reader, "get_sources")
    show_html(markup.gantt_rows(plan_code, commitments, steps, sources, reader.language, (first, last)))


@kept
def show_task_force(reader: Reader) -> None:
    """Show who sits on the Task Force, when it met and how long it did not, and its rules."""
    meetings = get_rows(reader, "get_meetings")
    sources = get_rows(reader, "get_sources")
    show_html(
        f"<h3>{reader.html('meetings_title', count=len(meetings))}</h3>"
        f"{markup.gap_strip([row.date for row in meetings], reader.language)}"
        f"{markup.paragraph(reader.text('meetings_note'), 'muted small')}"
    )
    terms: dict[int, list] = defaultdict(list)
    for member in get_rows(reader, "get_members"):
        terms[member.term].append(member)
    for term, members in terms.items():
        sides = Counter(member.side for member in members)
        show_html(
            f"<h3>{reader.html('term_title', term=term, dates=_term_dates(reader, members[0].term_dates))}</h3>"
            f"{_balance(reader, sides)}{_member_table(reader, members)}"
        )
    rules = "".join(
        f"<li><b>{reader.words(row, 'title')}</b> {reader.words(row, 'text')} "
        f'<small class="source">{markup.source_link(sources[row.source_code], reader.language)}</small></li>'
        for row in get_rows(reader, "get_rules")
    )
    show_html(f'<h3>{reader.html("rules")}</h3><ul class="cited">{rules}</ul>')
    links = "".join(
        f"<li>{reader.html('meeting_n', number=row.number, date=reader.period(row.date))} "
        f"{reader.words(row, 'note')} {markup.source_link(sources[row.source_code], reader.language)}</li>"
        for row in meetings
    )
    show_html(f"<details><summary>{reader.html('minutes')}</summary><ol class='cited'>{links}</ol></details>")


def _term_dates(reader: Reader, dates: str) -> str:
    return reader.period(dates) if dates[:4].isdigit() else dates


def _balance(reader: Reader, sides: Counter) -> str:
    """Return a bar of the two sides, with their numbers in words."""
    whole = sum(sides.values()) or 1
    parts = "".join(
        f'<span class="{side}" style="width:{100 * sides[side] / whole:.1f}%">'
        f"{reader.html(f'side_{side}')} {sides[side]}</span>"
        for side in ("government", "civil_society")
    )
    return f'<div class="balance">{parts}</div>'


def _member_table(reader: Reader, members: list) -> str:
    rows = [
        (
            member.name if reader.language == "zh-TW" or not member.name_en else member.name_en,
            reader.pick(member, "organisation"),
            reader.text(f"side_{member.side}"),
            reader.text(f"role_{member.role}"),
        )
        for member in members
    ]
    headings = [reader.text(key) for key in ("name", "organisation", "side", "role")]
    table = markup.data_table(headings, rows, reader.text("members_caption", count=len(rows)))
    return f"<details><summary>{reader.html('members')}</summary>{table}</details>"


@kept
def show_recommendations(reader: Reader) -> None:
    """Show what the independent reviewers asked for and what became of it, as far as public pages tell."""
    sources = get_rows(reader, "get_sources")
    rows = get_rows(reader, "get_recommendations")
    counts = Counter(row.status for row in rows)
    tally = "".join(f"<li><b>{counts[status]}</b> {reader.html(f'recommendation_{status}')}</li>" for status in counts)
    items = []
    for row in rows:
        cited = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in row.sources)
        state = markup.state_mark(row.status, reader.text(f"recommendation_{row.status}"))
        items.append(
            f'<article class="commitment"><header><p class="kicker">{reader.words(row, "report")}</p>'
            f"<h3>{reader.words(row, 'title')}</h3></header>{state}"
            f"<p>{reader.words(row, 'evidence')}</p>"
            f'<p class="muted small">{reader.html("addressed_to")} '
            f"{reader.words(row, 'addressed_to')}</p><details><summary>{reader.html('sources')}"
            f'</summary><ul class="cited">{cited}</ul></details></article>'
        )
    show_html(
        f'<ul class="tally">{tally}</ul>{markup.paragraph(reader.text("recommendations_note"), "muted small")}'
        f'<div class="commitments">{"".join(items)}</div>'
    )


@kept
def show_standards(reader: Reader) -> None:
    """Show the OGP participation and co-creation standards with the public evidence beside each."""
    sources = get_rows(reader, "get_sources")
    items = []
    for row in get_rows(reader, "get_standards"):
        cited = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in row.sources)
        state = markup.state_mark(row.state, reader.text(f"standard_{row.state}"))
        items.append(
            f'<article class="commitment"><header><h3>{reader.words(row, "title")}</h3></header>'
            f'<div class="columns-2"><div><h4>{reader.html("requirement")}</h4>'
            f"<p>{reader.words(row, 'requirement')}</p></div><div>"
            f"<h4>{reader.html('evidence')}</h4>{state}"
            f"<p>{reader.words(row, 'evidence')}</p></div></div>"
            f'<details><summary>{reader.html("sources")}</summary><ul class="cited">{cited}</ul></details>'
            "</article>"
        )
    show_html(
        f'{markup.paragraph(reader.text("standards_note"), "muted")}<div class="commitments">{"".join(items)}</div>'
    )
    related = [card for card in get_cards(reader).values() if card.indicator.theme == "action_plans"]
    links = "".join(
        f'<li><a href="{link("indicator", reader, code=card.indicator.code)}">'
        f"{reader.words(card.indicator, 'title')}</a></li>"
        for card in related
    )
    show_html(f'<h4>{reader.html("section_related")}</h4><ul class="plain-list columns">{links}</ul>')
