"""Pieces of the action plans page."""

from collections import Counter, defaultdict

import streamlit as st

from dashboard import markup
from dashboard.components.choices import settle_choice, url_choice
from dashboard.components.findings import story_title
from dashboard.components.layout import link
from dashboard.components.reader import Reader, get_cards, get_claims, get_rows, kept, show_html
from dashboard.models import Commitment, Completion, Member, Milestone, MilestoneStatus, Plan
from dashboard.steps import LATE, delay_months, find_late

VIEWS = ("commitments", "timeline", "task_force", "recommendations", "standards")
ANY = "all"


def choose_plan_view(reader: Reader) -> str:
    """Return which side of the plans is shown."""
    labels = {view: reader.text(f"plans_{view}") for view in VIEWS}
    return url_choice(
        st.segmented_control, reader.text("view"), labels, key="view", default=VIEWS[0], label_visibility="collapsed",
        required=True,
    ) or VIEWS[0]  # fmt: skip


def timeline_link(reader: Reader, **query: str) -> str:
    """Return the address of the timeline with its choices: plan, commitment, and the way its steps are late."""
    return link("plans", reader, view="timeline", **query)


def choose_plan(reader: Reader, default: str = ANY) -> str:
    """Return a plan's code, or ``all``."""
    plans = get_rows(reader, "get_plans")
    labels = {ANY: reader.text("any_plan")} | {plan.code: reader.pick(plan, "title") for plan in plans}
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
        plan = choose_plan(reader)
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
    for held in get_rows(reader, "get_plans"):
        if rows := [row for row in found if row.plan == held.code]:
            cards = "".join(_commitment(reader, row) for row in rows)
            show_html(
                f'<h2 class="theme-head">{reader.words(held, "title")}</h2>{_missing_ratings(reader, held.code)}'
                f'<div class="commitments">{cards}</div>'
            )


def _missing_ratings(reader: Reader, plan: str) -> str:
    """Return once for a plan that ratings of its commitments were looked for and not found, and why."""
    gap = next((row for row in get_rows(reader, "get_gaps") if row.code == f"plan_{plan}_ratings"), None)
    if gap is None:
        return ""
    return (
        f'<ul class="gaps"><li><b>{reader.words(gap, "title")}{reader.html("colon")}{reader.html("looked_for")}</b>'
        f"<p>{reader.words(gap, 'note')}</p></li></ul>"
    )


def _commitment(reader: Reader, row: Commitment) -> str:
    sources = get_rows(reader, "get_sources")
    steps = [step for step in get_rows(reader, "get_milestones") if step.commitment == row.code]
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
        f"{_late_steps(reader, steps)}{_told_in(reader, row.code)}"
        f"<details><summary>{reader.html('more')}</summary>{markup.definition_list(facts)}"
        f'<ul class="cited">{cited}</ul></details>'
        f"{_ways_on(reader, row.code, steps)}</article>"
    )


def _late_steps(reader: Reader, steps: list[Milestone]) -> str:
    """Return the steps of a commitment that did not come as promised or of which nothing more is known."""
    silent = {row.code for row in find_late(steps, "silent", reader.day)}
    missed = {row.code for row in find_late(steps, "missed", reader.day)}
    items = "".join(_late_step(reader, row, row.code in silent) for row in steps if row.code in silent | missed)
    return f'<h4>{reader.html("late_steps")}</h4><ul class="late-steps">{items}</ul>' if items else ""


def _late_step(reader: Reader, row: Milestone, silent: bool) -> str:
    """Return how late a step is, why, and what is to come next; a reason that was not found is said to be so."""
    months = delay_months(row)
    told = [f"{reader.html('due')} {reader.when(row.due_date)}" if row.due_date else reader.html("no_date")]
    if silent or months:
        told.append(reader.html("steps_silent") if silent else reader.html("late_by", months=months))
    reason = reader.words(row, "delay_reason") or ("" if silent else reader.html("reason_not_found"))
    lines = "".join(
        f"<p><b>{reader.html(key)}</b> {words}</p>"
        for key, words in (("delay_reason", reason), ("next_step", reader.words(row, "next_step")))
        if words
    )
    state = markup.state_mark(row.status, reader.text(f"milestone_{row.status}"))
    return (
        f"<li><p>{markup.escape(row.number)} {reader.words(row, 'title')} {state}</p>"
        f'<p class="late">{"&nbsp;· ".join(told)}</p>{lines}</li>'
    )


def _told_in(reader: Reader, code: str) -> str:
    """Return the stories that tell of a commitment, and the claims these rest on."""
    stories = [row for row in get_rows(reader, "get_case_studies") if code in row.commitments]
    if not stories:
        return ""
    titles = "".join(
        f'<li><a href="{link("story", reader, slug=row.slug)}">{markup.escape(story_title(reader, row))}</a></li>'
        for row in stories
    )
    slugs = {row.slug for row in stories}
    claims = [filled for filled in get_claims(reader).values() if filled.claim.case_study in slugs]
    items = "".join(
        f'<li><a href="{link("claim", reader, id=filled.claim.id)}">'
        f"{markup.escape(markup.fill_claim(filled, 'title', reader.language))}</a> "
        f"<small>{filled.claim.grade}</small></li>"
        for filled in claims
    )
    told = f"<details><summary>{reader.html('claims_in_stories', count=len(claims))}</summary>"
    listed = f'{told}<ul class="plain-list">{items}</ul></details>' if claims else ""
    return f'<h4>{reader.html("told_in")}</h4><ul class="plain-list">{titles}</ul>{listed}'


def _ways_on(reader: Reader, code: str, steps: list[Milestone]) -> str:
    """Return how many steps were met, with the way to all of them on the timeline, and the way to the brief."""
    met = sum(row.status == MilestoneStatus.MET for row in steps)
    words = reader.html("milestones_met", count=len(steps), met=met) if steps else reader.html("no_milestones")
    way = f'<a href="{timeline_link(reader, commitment=code)}">{words}</a>' if steps else words
    brief = f'<a href="{link(f"brief/commitment/{code}", reader)}">{reader.html("brief")}</a>'
    return f'<p class="small ways">{way}{brief}</p>'


def show_plan_timeline(reader: Reader) -> None:
    """Show milestones planned against actual, each with delay, reason and next step: of a plan, or one commitment's."""
    plans: list[Plan] = get_rows(reader, "get_plans")
    commitment = _settle_commitment(reader)
    columns = st.columns(2)
    with columns[1]:
        labels = {ANY: reader.text("steps_all")} | {way: reader.text(f"steps_{way}") for way in LATE}
        way = url_choice(st.selectbox, reader.text("milestones"), labels, key="steps", default=ANY) or ANY
    with columns[0]:
        if commitment is None:
            chosen = choose_plan(reader, plans[0].code)
        else:
            chosen = commitment.plan
            _show_one_commitment(reader, commitment, way)
    show_html(markup.paragraph(reader.text("gantt_legend"), "muted small"))
    for plan in plans:
        if chosen in (ANY, plan.code):
            _show_timeline(reader, plan.code, commitment.code if commitment else ANY, way, named=chosen == ANY)


def _settle_commitment(reader: Reader) -> Commitment | None:
    """Return the one commitment the address asks for; None for all of them."""
    rows: list[Commitment] = get_rows(reader, "get_commitments")
    labels = {row.code: f"{row.number} {reader.pick(row, 'title')}" for row in rows}
    code = settle_choice(labels, key="commitment", default=None)
    return next((row for row in rows if row.code == code), None)


def _show_one_commitment(reader: Reader, row: Commitment, way: str) -> None:
    """Say which commitment alone is shown, with the way back to its whole plan."""
    more = {} if way == ANY else {"steps": way}
    name = f"{reader.text(f'plan_{row.plan}')} {row.number} {reader.pick(row, 'title')}"
    show_html(
        f'<p class="chosen"><span>{reader.html("only_commitment")}</span> <b>{markup.escape(name)}</b> '
        f'<a href="{timeline_link(reader, plan=row.plan, **more)}">{reader.html("whole_plan")}</a></p>'
    )


@kept
def _show_timeline(reader: Reader, plan_code: str, commitment: str, way: str, *, named: bool) -> None:
    """Show one plan's steps, or of them only a commitment's or those late in one way, with how many these are."""
    plan = next(plan for plan in get_rows(reader, "get_plans") if plan.code == plan_code)
    every = [row for row in get_rows(reader, "get_milestones") if row.plan == plan_code]
    asked = [row for row in every if commitment in (ANY, row.commitment)]
    found = asked if way == ANY else find_late(asked, way, reader.day)
    whole = commitment == way == ANY
    name = f"<h3>{reader.words(plan, 'title')}</h3>" if named else ""
    if whole:
        told = f"{markup.paragraph(reader.pick(plan, 'summary'))}{_tally_steps(reader, plan_code, every)}"
    else:
        told = f'<p role="status">{reader.html("steps_found", count=len(found), whole=len(every))}</p>'
    show_html(f"{name}{told}")
    steps: dict[str, list[Milestone]] = defaultdict(list)
    for row in found:
        steps[row.commitment or row.plan].append(row)
    rows = [row for row in get_rows(reader, "get_commitments") if row.plan == plan_code]
    shown = [row for row in rows if whole or row.code in steps or row.code == commitment]
    if shown or found:
        sources = get_rows(reader, "get_sources")
        span = _timeline_span(plan, every, reader.day.isoformat())
        show_html(markup.gantt_rows(plan_code, shown, steps, sources, reader.language, span))


def _tally_steps(reader: Reader, plan: str, steps: list[Milestone]) -> str:
    """Return how many steps are in each state, and how many are late in which way, with the way to those."""
    counts = Counter(row.status for row in steps)
    states = "".join(f"<li><b>{counts[status]}</b> {reader.html(f'milestone_{status}')}</li>" for status in counts)
    late = {way: len(find_late(steps, way, reader.day)) for way in ("overdue", "met_late", "silent")}
    ways = "".join(
        f'<li class="late"><a href="{timeline_link(reader, plan=plan, steps=way)}"><b>{count}</b> '
        f"{reader.html(f'steps_{way}')}</a></li>"
        for way, count in late.items()
        if count
    )
    return f'<ul class="tally">{states}</ul>' + (f'<ul class="tally">{ways}</ul>' if ways else "")


def _timeline_span(plan: Plan, steps: list[Milestone], today: str) -> tuple[str, str]:
    """Return the first and the last month of a plan's timeline: the same whichever of its steps are shown."""
    known = [day[:7] for row in steps for day in (row.due_date, row.date_met, row.status_date) if day and len(day) > 4]
    last = max(plan.end[:7] if len(plan.end) > 4 else f"{plan.end}-12", min(today[:7], max(known, default="")))
    return min(plan.start, *(row.start_date or row.due_date or plan.start for row in steps))[:4] + "-01", last


@kept
def show_task_force(reader: Reader) -> None:
    """Show who sits on the Task Force, when it met and how long it did not, and its rules."""
    meetings = get_rows(reader, "get_meetings")
    sources = get_rows(reader, "get_sources")
    show_html(
        f"<h3>{reader.html('meetings_title', count=len(meetings))}</h3>"
        f"{markup.gap_strip([row.date for row in meetings], reader.day, reader.language)}"
        f"{markup.paragraph(reader.text('meetings_note', day=reader.period(reader.day.isoformat())), 'muted small')}"
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


def _member_name(reader: Reader, member: Member) -> str:
    """Return a member's name in the reader's language; where no English form was found, the Chinese one marked so."""
    if reader.language == "zh-TW":
        return member.name
    return member.name_en or markup.tagged(member.name, "zh-TW")


def _member_table(reader: Reader, members: list) -> str:
    rows = [
        (
            _member_name(reader, member),
            reader.pick(member, "organisation"),
            reader.text(f"side_{member.side}"),
            reader.text(f"role_{member.role}"),
        )
        for member in members
    ]
    headings = [reader.text(key) for key in ("name", "organisation", "side", "role")]
    table = markup.data_table(headings, rows, reader.text("members_caption", count=len(rows)))
    read = dict.fromkeys(row.name_en_source for row in members if row.name_en_source and reader.language == "en")
    sources = get_rows(reader, "get_sources")
    cited = "".join(f"<li>{markup.source_link(sources[code], reader.language)}</li>" for code in read)
    named = f'<p class="small">{reader.html("names_read_in")}</p><ul class="cited">{cited}</ul>' if cited else ""
    return f"<details><summary>{reader.html('members')}</summary>{table}{named}</details>"


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
