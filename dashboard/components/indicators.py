"""Pieces of the indicator list and of one indicator's page."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import maps, markup, uses, views
from dashboard.components.atlas import choose_map_view, choose_part, list_held, show_map
from dashboard.components.charts import (
    describe,
    describe_progress,
    show_figure,
    show_observation_table,
)
from dashboard.components.choices import suggest_codes, url_choice
from dashboard.components.findings import story_title
from dashboard.components.layout import link, show_heading, show_nearest, tell_contact
from dashboard.components.reader import (
    Reader,
    get_cards,
    get_claims,
    get_latest,
    get_observations,
    get_places,
    get_profile,
    get_rows,
    get_summary,
    kept,
    read_now,
    show_html,
    split_sources,
)
from dashboard.language import normalise_han, period_end
from dashboard.models import CaseStudy
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.views import ANY, GROUP

LEVELS_OF_PLACES = ("county", "township", "country")
MOST_NEAR = 8
"""Indicators of the same theme that a page names; the others are one click away."""


def choose_theme(reader: Reader) -> str:
    """Return the theme to keep, or ``all``."""
    labels = {ANY: reader.text("any_theme")}
    labels |= {theme.code: reader.pick(theme, "title") for theme in get_rows(reader, "get_themes")}
    return url_choice(st.selectbox, reader.text("theme"), labels, key="theme", default=ANY) or ANY


def choose_level(reader: Reader) -> str:
    """Return the result level to keep, or ``all``."""
    labels = {ANY: reader.text("any_level")}
    labels |= {level.value: reader.text(f"level_{level}") for level in markup.LEVELS}
    return url_choice(st.selectbox, reader.text("result_level"), labels, key="level", default=ANY) or ANY


def choose_coverage(reader: Reader) -> str:
    """Return which level of places or which county an indicator must cover, or ``all``."""
    labels = {ANY: reader.text("any_coverage")}
    labels |= {level: reader.text(f"coverage_{level}") for level in LEVELS_OF_PLACES}
    places = get_places(reader)
    labels |= {code: reader.pick(place, "title") for code, place in places.items() if place.level == "county"}
    return url_choice(st.selectbox, reader.text("coverage"), labels, key="coverage", default=ANY) or ANY


@kept
def find_indicators(reader: Reader, *, words: str, theme: str, level: str, coverage: str) -> list[IndicatorCard]:
    """Return the indicators that meet every choice, results before outputs; 臺 finds 台 and the other way round."""
    asked = normalise_han(words).split()
    summary = get_summary(reader)
    column = {"county": "counties", "township": "townships", "country": "countries"}.get(coverage)
    least = 2 if coverage == "country" else 1
    local = set(get_profile(reader, coverage)["indicator_code"]) if coverage in get_places(reader) else None
    found = []
    for card in get_cards(reader).values():
        row = card.indicator
        if theme not in (ANY, row.theme) or level not in (ANY, row.result_level):
            continue
        if column and summary[row.code][column] < least:
            continue
        if local is not None and row.code not in local:
            continue
        haystack = _haystack(card)
        if all(word in haystack for word in asked):
            found.append(card)
    order = {"impact": 1, "outcome": 0, "output": 2, "activity": 3, "input": 4}
    return sorted(
        found, key=lambda card: (card.theme.position, order[card.indicator.result_level], card.indicator.code)
    )


def _haystack(card: IndicatorCard) -> str:
    row = card.indicator
    words = (row.title_zh_tw, row.title_en, row.keywords, row.custodian_zh_tw, row.custodian_en, row.code)
    return normalise_han(" ".join((*words, card.theme.title_zh_tw, card.theme.title_en)))


@kept
def show_indicator_list(reader: Reader, cards: Sequence[IndicatorCard]) -> None:
    """Show indicators under their themes, each line with its latest value, level and period."""
    latest = get_latest(reader)
    summary = get_summary(reader)
    blocks = []
    theme = ""
    for card in cards:
        if card.indicator.theme != theme:
            theme = card.indicator.theme
            blocks.append(
                f'</ul><h2 class="theme-head">{reader.words(card.theme, "title")}</h2>'
                f'<p class="muted">{reader.words(card.theme, "description")}</p><ul class="rows">'
            )
        blocks.append(_indicator_row(reader, card, latest, summary))
    body = "".join(blocks).removeprefix("</ul>")
    show_html(f'<div class="list">{body}</ul></div>' if body else markup.paragraph(reader.text("none_found"), "muted"))


def _indicator_row(
    reader: Reader, card: IndicatorCard, latest: dict[str, dict[str, Any]], summary: dict[str, dict[str, Any]]
) -> str:
    row = card.indicator
    value = ""
    if row.code in latest:
        held = latest[row.code]
        unit = "" if card.unit.kind in ("percent", "money") else f"<small>{reader.words(card.unit, 'title')}</small>"
        number = f"<b>{markup.escape(card.write(held, reader.language))}</b>"
        # A rank is named before its number, anything counted after it.
        value = f"{unit} {number}" if card.unit.kind == "rank" else f"{number} {unit}".rstrip()
    elif summary[row.code]["counties"] or summary[row.code]["countries"] > 1:
        value = f"<small>{reader.html('by_place', count=int(summary[row.code]['places']))}</small>"
    elif card.breakdowns:
        value = f"<small>{reader.html('by_part', count=len(card.breakdowns))}</small>"
    last = summary[row.code]["last_period"]
    period = reader.period(last) if isinstance(last, str) else ""
    href = link("indicator", reader, code=row.code)
    return (
        f'<li><a href="{href}"><span class="what">{reader.words(row, "title")}</span>'
        f'<span class="marks">{markup.level_mark(row.result_level, reader.language)}'
        f"{markup.kind_mark(card, reader.language)}</span>"
        f'<span class="value">{value}</span><span class="when">{markup.escape(period)}</span></a></li>'
    )


def choose_indicator(reader: Reader) -> IndicatorCard | None:
    """Return the indicator the address names; tell the reader where to look when there is none."""
    code = st.query_params.get("code", "")
    cards = get_cards(reader)
    if code in cards:
        return cards[code]
    coming = reader.dated and code in get_cards(read_now(reader))
    key = "not_published_then" if coming else "no_such_indicator"
    show_heading(reader.text("page_indicator"), reader.text(key, day=reader.period(reader.day.isoformat())))
    names = {near: reader.pick(cards[near].indicator, "title") for near in suggest_codes(code, cards)}
    show_nearest(reader, "indicator", "code", names, "indicators")
    return None


@kept
def find_claim(reader: Reader, code: str) -> FilledClaim | None:
    """Return the strongest claim that rests on an indicator."""
    return views.find_claim(get_claims(reader).values(), code)


@kept
def show_indicator_heading(reader: Reader, card: IndicatorCard, finding: FilledClaim | None) -> None:
    """Show the finding as title and the measure under it."""
    row = card.indicator
    kicker = (
        f"{markup.level_mark(row.result_level, reader.language)}{markup.kind_mark(card, reader.language)}"
        f'<a class="theme" href="{link("indicators", reader, theme=row.theme)}">'
        f"{reader.words(card.theme, 'title')}</a>"
    )
    measure = reader.text("measure", title=reader.pick(row, "title"), unit=reader.pick(card.unit, "title"))
    if finding is None:
        show_heading(reader.pick(row, "title"), reader.pick(row, "definition"), kicker)
    else:
        show_heading(markup.fill_claim(finding, "title", reader.language), measure, kicker)


def choose_view(reader: Reader, card: IndicatorCard) -> str:
    """Return chart, map or table."""
    summary = get_summary(reader)[card.indicator.code]
    labels = {"chart": reader.text("view_chart")}
    if maps.is_mappable(card) and (summary["counties"] > 1 or summary["townships"] > 1):
        labels["map"] = reader.text("view_map")
    labels["table"] = reader.text("view_table")
    return url_choice(
        st.segmented_control, reader.text("view"), labels, key="view", default="chart", label_visibility="collapsed",
        required=True,
    ) or "chart"  # fmt: skip


def choose_areas(reader: Reader, card: IndicatorCard) -> list[str]:
    """Return the places a chart shows: the nation, and one the reader picks beside it."""
    places = get_places(reader)
    held = set(list_held(reader, card.indicator.code, "ref_area", {}))
    level = views.compared_level(held)
    if level is None:
        return [views.NATION]
    default = views.default_areas(held)
    labels = {GROUP: reader.text("compare_group")} if default == GROUP else {}
    labels |= {ANY: reader.text(f"compare_{level}")}
    labels |= {
        code: reader.pick(place, "title") for code, place in places.items() if code in held and place.level == level
    }
    labels.pop(views.NATION, None)
    chosen = url_choice(st.selectbox, reader.text("compare_with"), labels, key="place", default=default) or default
    return views.list_areas(chosen, held, places)


def show_indicator_view(reader: Reader, card: IndicatorCard, view: str) -> dict[str, Any]:
    """Show the chosen view and return which rows it shows, in the words of ``get_observations``."""
    code = card.indicator.code
    if view == "map":
        chosen = choose_map_view(reader, card)
        show_map(reader, code, **chosen)
        return chosen
    if view == "table":
        show_observation_table(reader, card)
        return {}
    areas = choose_areas(reader, card)
    if not list_held(reader, code, "ref_area", {"areas": areas}):
        areas = list_held(reader, code, "ref_area", {})
    several = views.needs_one_part(card, areas)
    part = choose_part(reader, card, {"areas": areas}, every=not several)
    if several and part is None and card.breakdowns:
        part = card.breakdowns[0].code
    _show_chart(reader, code, areas, part)
    return {"areas": areas} if part is None else {"areas": areas, "part": part}


@kept
def _show_chart(reader: Reader, code: str, areas: list[str], part: str | None) -> None:
    """Show a chart with what its marks mean; where there is nothing to draw, the number."""
    card = get_cards(reader)[code]
    frame = get_observations(reader, code, areas=areas, part=part)
    figure = show_figure(reader, code, areas=areas, part=part, highlight=views.list_highlights(areas), told=True)
    if figure is None:
        _show_number(reader, card, frame)
    else:
        _show_chart_notes(reader, card, frame, figure)


def _show_number(reader: Reader, card: IndicatorCard, frame: pd.DataFrame) -> None:
    rows = frame.dropna(subset=["obs_value"])
    if rows.empty:
        show_html(markup.paragraph(reader.text("no_value"), "muted"))
        return
    row = rows.iloc[-1]
    unit = "" if card.unit.kind in ("percent", "money") else reader.pick(card.unit, "title")
    show_html(
        f'<p class="number big"><b>{markup.escape(card.write(row, reader.language))}</b> '
        f"<span>{markup.escape(unit)} {reader.when(row['time_period'])}</span></p>"
        f"{markup.paragraph(reader.text('one_value'), 'muted')}"
    )


def _show_chart_notes(reader: Reader, card: IndicatorCard, frame: pd.DataFrame, figure: dict[str, Any]) -> None:
    """Say in words what the marks on a chart mean, only for marks that are there."""
    notes = views.list_chart_notes(frame, card, figure, reader.language, "note_disagreement")
    show_html(
        markup.paragraph((" " if reader.language == "en" else "").join(notes), "muted small")
        + markup.paragraph(describe(reader, card, frame), "reading")
    )


@kept
def show_facts(reader: Reader, card: IndicatorCard, query: dict[str, Any]) -> None:
    """Show latest value, change since the baseline, target and progress of the rows beside it."""
    row = card.indicator
    frame = get_observations(reader, row.code, **query)
    nation = frame[frame["ref_area"] == "TWN"] if (frame["ref_area"] == "TWN").any() else frame
    single = nation["ref_area"].nunique() == 1 and nation["breakdown"].nunique() == 1
    facts = [
        (term, markup.escape(words)) for term, words in (describe_progress(reader, card, nation) if single else [])
    ]
    if coverage := _cover_places(reader, row.code):
        facts.append((reader.text("covered"), "<br>".join(map(markup.escape, coverage))))
    facts += [
        (reader.text("result_level"), markup.level_mark(row.result_level, reader.language)),
        (reader.text("direction"), reader.html(f"direction_{row.direction}")),
        (reader.text("frequency"), reader.html(f"frequency_{row.frequency}")),
        (reader.text("reviewed"), reader.when(row.reviewed.isoformat())),
        (reader.text("next_review"), reader.when(row.next_review.isoformat())),
    ]
    show_html(f'<div class="facts">{markup.definition_list(facts)}</div>')


def _cover_places(reader: Reader, code: str) -> list[str]:
    """Return of how many counties and townships there is a value for the latest period of such places.

    One place alone is no map with gaps: the indicator is about that place.
    """
    lines = []
    for level in views.MAPPED_LEVELS:
        rows = get_observations(reader, code, level=level).dropna(subset=["obs_value"])
        if rows["ref_area"].nunique() > 1:
            latest = max(rows["time_period"].unique(), key=period_end)
            count = rows.loc[rows["time_period"] == latest, "ref_area"].nunique()
            whole = sum(place.level == level for place in get_places(reader).values())
            lines.append(reader.text(f"covered_{level}", period=reader.period(latest), count=count, whole=whole))
    return lines


@kept
def show_doubts(reader: Reader, card: IndicatorCard, finding: FilledClaim | None) -> None:
    """Show what may mislead, breaks, figures of others that disagree, and the claim's grade with its doubt."""
    parts = [markup.paragraph(reader.pick(card.indicator, "usage_warnings"))]
    items = [f"<li><b>{reader.when(row.time_period)}</b> {reader.words(row, 'note')}</li>" for row in card.breaks]
    if items:
        parts.append(f"<h4>{reader.html('breaks')}</h4><ul>{''.join(items)}</ul>")
    rivals = _rival_lines(reader, card)
    if rivals:
        parts.append(f"<h4>{reader.html('disagreements')}</h4><ul>{''.join(rivals)}</ul>")
    if finding is not None:
        href = link("claim", reader, id=finding.claim.id)
        parts.append(markup.claim_block(finding, reader.language, href))
    show_html(f'<div class="prose">{"".join(parts)}</div>')


def _rival_lines(reader: Reader, card: IndicatorCard) -> list[str]:
    sources = get_rows(reader, "get_sources")
    lines = []
    for row in card.disagreements:
        value = markup.escape(card.write(row, reader.language))
        lines.append(
            f"<li><b>{value}</b> {reader.words(row, 'note')} "
            f"{markup.source_link(sources[row.source_code], reader.language)}</li>"
        )
    preferred, rivals = split_sources(get_observations(reader, card.indicator.code), card)
    for row in rivals.dropna(subset=["obs_value"]).to_dict("records"):
        same = preferred[
            (preferred["ref_area"] == row["ref_area"])
            & (preferred["time_period"] == row["time_period"])
            & (preferred["breakdown"] == row["breakdown"])
        ]
        held = card.write(same.iloc[0], reader.language) if len(same) else ""
        value = card.write(row, reader.language)
        words = reader.text("rival_value", period=reader.period(row["time_period"]), value=value, held=held)
        source = markup.source_link(sources[row["source_code"]], reader.language)
        lines.append(f"<li>{markup.escape(words)} {source}</li>")
    return lines


@kept
def show_provenance(reader: Reader, card: IndicatorCard) -> None:
    """Show definition, custodian, what we did, every source with its licence and day of access."""
    row = card.indicator
    facts = [
        (reader.text("definition"), reader.words(row, "definition")),
        (reader.text("custodian"), reader.words(row, "custodian")),
        (reader.text("processing"), reader.words(row, "processing")),
    ]
    if contact := tell_contact(reader):
        facts.append((reader.text("pack_contact"), contact))
    items = []
    for source in card.sources:
        terms = reader.pick(card.licenses[source.license], "title")
        note = reader.pick(source, "note")
        details = " · ".join(
            filter(
                None,
                (
                    reader.text(f"source_{source.kind}"),
                    f"{reader.text('issued')} {reader.period(source.issued)}"
                    if source.issued and source.issued[:4].isdigit()
                    else "",
                    f"{reader.text('accessed')} {reader.period(source.accessed.isoformat())}",
                    terms,
                    note,
                ),
            )
        )
        items.append(
            f"<li>{markup.source_link(source, reader.language)}<br><small>{markup.escape(details)}</small></li>"
        )
    shown = "".join(items[:8])
    rest = "".join(items[8:])
    if rest:
        more = reader.html("more_sources", count=len(items) - 8)
        shown += f"</ol><details><summary>{more}</summary><ol start=9 class='cited'>{rest}"
    show_html(
        f'<div class="prose">{markup.definition_list(facts)}<h4>{reader.html("sources")}</h4>'
        f'<ol class="cited">{shown}</ol></div>'
    )


@kept
def show_related(reader: Reader, card: IndicatorCard) -> None:
    """Show every claim and story that uses an indicator; apart from them, stories and indicators of its theme."""
    code = card.indicator.code
    claims = get_claims(reader)
    stories = get_rows(reader, "get_case_studies")
    using = [story for story in stories if uses.uses_indicator(story, claims, code)]
    resting = uses.list_claims(claims.values(), code)
    akin = [story for story in stories if story.theme == card.indicator.theme and story not in using]
    others = find_indicators(reader, words="", theme=card.indicator.theme, level=ANY, coverage=ANY)
    near = [_story_way(reader, story) for story in akin]
    near += [_indicator_way(reader, other) for other in others if other.indicator.code != code][:MOST_NEAR]
    near.append(f'<a href="{link("indicators", reader, theme=card.indicator.theme)}">{reader.html("whole_theme")}</a>')
    show_html(
        _ways(reader.html("used_by_claims", count=len(resting)), [_claim_way(reader, filled) for filled in resting])
        + _ways(reader.html("used_by_stories", count=len(using)), [_story_way(reader, story) for story in using])
        + ("" if resting or using else markup.paragraph(reader.text("not_used"), "muted"))
        + _ways(reader.html("same_theme"), near)
    )


def _ways(title: str, items: Sequence[str]) -> str:
    """Return links under a heading; nothing where there are none."""
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f'<h4>{title}</h4><ul class="plain-list columns">{rows}</ul>' if items else ""


def _claim_way(reader: Reader, filled: FilledClaim) -> str:
    href = link("claim", reader, id=filled.claim.id)
    title = markup.escape(markup.fill_claim(filled, "title", reader.language))
    grade = f"{filled.claim.grade} {reader.html(f'grade_{filled.claim.grade}')}"
    return f'<a href="{href}">{title}</a> <small class="muted">{grade}</small>'


def _story_way(reader: Reader, story: CaseStudy) -> str:
    return f'<a href="{link("story", reader, slug=story.slug)}">{markup.escape(story_title(reader, story))}</a>'


def _indicator_way(reader: Reader, card: IndicatorCard) -> str:
    return (
        f'<a href="{link("indicator", reader, code=card.indicator.code)}">{reader.words(card.indicator, "title")}</a>'
    )
