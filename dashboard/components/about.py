"""Pieces of the page about the data: checks, sources, freshness, gaps, parity, method."""

import pandas as pd
import streamlit as st

from dashboard import markup
from dashboard.components.choices import url_choice
from dashboard.components.findings import story_title
from dashboard.components.layout import link, tell_contact
from dashboard.components.reader import Reader, get_cards, get_claims, get_rows, get_summary, kept, show_html
from dashboard.language import LANGUAGES, period_end, pick
from dashboard.models import CaseStudy
from dashboard.views import FLAGS, list_flags

ANY = "all"
SHORT = 16
"""Rows up to which a table stands whole and does not scroll."""
VIEWS = ("checks", "sources", "freshness", "gaps", "parity", "method")


def choose_about_view(reader: Reader) -> str:
    """Return which side of the data is shown."""
    labels = {view: reader.text(f"about_{view}") for view in VIEWS}
    return url_choice(
        st.segmented_control, reader.text("view"), labels, key="view", default=VIEWS[0], label_visibility="collapsed",
        required=True,
    ) or VIEWS[0]  # fmt: skip


def show_contact(reader: Reader) -> None:
    """Show where corrections go; where the operator has named no address, say so."""
    show_html(f'<p class="muted small">{tell_contact(reader) or reader.html("no_contact")}</p>')


@kept
def show_checks(reader: Reader) -> None:
    """Show every check with what it looked at and what it found."""
    results = get_rows(reader, "get_checks")
    items = []
    for row in results:
        found = "".join(f"<li>{markup.escape(words)}</li>" for words in row.examples)
        items.append(
            f'<li class="check">{markup.state_mark(row.outcome, reader.text(f"check_{row.outcome}"))}'
            f"<span>{reader.words(row, 'sentence')}</span>"
            f"<em>{reader.html('looked_at', count=f'{row.checked:,}')}</em>"
            f"{f'<ul>{found}</ul>' if found else ''}</li>"
        )
    passed = sum(row.outcome == "passed" for row in results)
    lead = reader.text("checks_lead", passed=passed, count=len(results))
    show_html(f'{markup.paragraph(lead)}<ul class="checks">{"".join(items)}</ul>')


@kept
def show_sources(reader: Reader) -> None:
    """Show every source: publisher, title, licence, who speaks, when it was read, how many indicators use it."""
    licenses = get_rows(reader, "get_licenses")
    used: dict[str, int] = {}
    for card in get_cards(reader).values():
        for source in card.sources:
            used[source.code] = used.get(source.code, 0) + 1
    sources = get_rows(reader, "get_sources")
    table = pd.DataFrame(
        {
            reader.text("publisher"): [reader.pick(row, "publisher") for row in sources.values()],
            reader.text("title"): [row.title for row in sources.values()],
            reader.text("source_kind"): [reader.text(f"source_{row.kind}") for row in sources.values()],
            reader.text("license"): [reader.pick(licenses[row.license], "title") for row in sources.values()],
            reader.text("issued").capitalize(): [row.issued or "" for row in sources.values()],
            reader.text("accessed").capitalize(): [row.accessed.isoformat() for row in sources.values()],
            reader.text("indicators"): [used.get(code, 0) for code in sources],
            reader.text("address"): [row.url for row in sources.values()],
        }
    ).sort_values(reader.text("indicators"), ascending=False, kind="stable")
    show_html(markup.paragraph(reader.text("sources_lead", count=len(table))))
    address = st.column_config.LinkColumn(reader.text("address"), display_text=reader.text("open"))
    st.dataframe(
        table, hide_index=True, width="stretch", height=620, column_config={reader.text("address"): address},
        alt=reader.text("sources_lead", count=len(table)),
    )  # fmt: skip


def show_freshness(reader: Reader) -> None:
    """Show for each indicator its latest period, when it was checked, when it will be again, and its flags."""
    labels = {ANY: reader.text("any_flag")} | {flag: reader.text(f"flag_{flag}") for flag in FLAGS}
    _show_fresh(reader, url_choice(st.selectbox, reader.text("flags"), labels, key="flag", default=ANY) or ANY)


@kept
def _show_fresh(reader: Reader, flag: str) -> None:
    summary = get_summary(reader)
    cards = get_cards(reader)
    flags = {code: list_flags(card, summary[code], reader.day) for code, card in cards.items()}
    rows = [
        {
            reader.text("theme"): reader.pick(card.theme, "title"),
            reader.text("indicator"): reader.pick(card.indicator, "title"),
            reader.text("latest_period"): reader.period(last) if isinstance(last, str) else "–",
            "_end": period_end(last) if isinstance(last, str) else "",
            reader.text("observations"): int(summary[code]["observations"]),
            reader.text("reviewed"): card.indicator.reviewed.isoformat(),
            reader.text("next_review"): card.indicator.next_review.isoformat(),
            reader.text("flags"): reader.text("comma").join(reader.text(f"flag_{found}") for found in flags[code]),
        }
        for code, card in cards.items()
        for last in (summary[code]["last_period"],)
        if flag == ANY or flag in flags[code]
    ]
    total = sum(row[reader.text("observations")] for row in rows)
    words = reader.text("freshness_lead", count=len(rows), observations=f"{total:,}")
    show_html(f'<p role="status">{markup.escape(words)}</p>')
    if rows:
        table = pd.DataFrame(rows).sort_values("_end", kind="stable").drop(columns="_end")
        # Titles leave room for the flags, which are what the list is narrowed down by.
        titles = {reader.text("indicator"): st.column_config.TextColumn(width=360)}
        st.dataframe(
            table, hide_index=True, width="stretch", height=620 if len(rows) > SHORT else "auto", alt=words,
            column_config=titles,
        )  # fmt: skip


@kept
def show_gaps(reader: Reader) -> None:
    """Show what was looked for and not found, by theme."""
    gaps = get_rows(reader, "get_gaps")
    blocks = [markup.paragraph(reader.text("gaps_lead", count=len(gaps)))]
    for theme in get_rows(reader, "get_themes"):
        rows = [gap for gap in gaps if gap.theme == theme.code]
        if rows:
            items = "".join(
                f"<li><b>{reader.words(gap, 'title')}</b><p>{reader.words(gap, 'note')}</p></li>" for gap in rows
            )
            blocks.append(f'<h3>{reader.words(theme, "title")}</h3><ul class="gaps">{items}</ul>')
    show_html(f'<div class="prose">{"".join(blocks)}</div>')


def count_parity(reader: Reader) -> list[tuple[str, int, int, int]]:
    """Return for each kind of text: how many there are, and how many exist in Chinese and in English."""
    indicators = [card.indicator for card in get_cards(reader).values()]
    claims = [filled.claim for filled in get_claims(reader).values()]
    kinds: list[tuple[str, list, str]] = [
        ("indicators", indicators, "title definition processing usage_warnings"),
        ("claims", claims, "title sentence biggest_doubt"),
        ("page_stories", get_rows(reader, "get_case_studies"), "title summary body"),
        ("plans_commitments", get_rows(reader, "get_commitments"), "title status area lead_agency"),
        ("milestones", get_rows(reader, "get_milestones"), "title status"),
        ("layer_projects", get_rows(reader, "get_projects"), "title status"),
        ("about_gaps", get_rows(reader, "get_gaps"), "title note"),
    ]
    members = get_rows(reader, "get_members")
    named = ("members", len(members), len(members), sum(bool(member.name_en) for member in members))
    return [*(_count_texts(key, rows, fields.split()) for key, rows, fields in kinds), named]


def _count_texts(key: str, rows: list, fields: list[str]) -> tuple[str, int, int, int]:
    held = [sum(bool(pick(row, field, language)) for row in rows for field in fields) for language in LANGUAGES]
    return key, len(rows) * len(fields), held[0], held[1]


@kept
def show_parity(reader: Reader) -> None:
    """Show how many texts exist in each language, and how long the stories are in both."""
    counted = count_parity(reader)
    rows = [
        (reader.text(key), f"{whole:,}", f"{chinese:,}", f"{english:,}") for key, whole, chinese, english in counted
    ]
    headings = [reader.text(key) for key in ("texts", "whole", "in_chinese", "in_english")]
    show_html(
        f"{markup.paragraph(reader.text('parity_lead'))}"
        f"{markup.data_table(headings, rows, reader.text('about_parity'), numeric=(1, 2, 3))}"
    )
    stories: list[CaseStudy] = get_rows(reader, "get_case_studies")
    stale = [story for story in stories if story.revised_zh_tw != story.revised_en]
    lengths = [
        (
            story_title(reader, story),
            f"{len(story.body_zh_tw):,}",
            f"{len(story.body_en.split()):,}",
            reader.period(story.revised_zh_tw.isoformat()),
            reader.period(story.revised_en.isoformat()),
        )
        for story in stories
    ]
    heads = [reader.text(key) for key in ("page_story", "characters", "words", "revised_chinese", "revised_english")]
    show_html(
        f"{markup.paragraph(reader.text('parity_stale', count=len(stale), whole=len(stories)))}"
        f'<div class="titles">{markup.data_table(heads, lengths, reader.text("story_lengths"), numeric=(1, 2, 3, 4))}'
        "</div>"
        f"{markup.paragraph(reader.text('unit_twin_note'), 'muted small')}"
    )


@kept
def show_method(reader: Reader) -> None:
    """Show the rules by which figures are chosen, levelled, graded and drawn, and the licences."""
    blocks = [
        f"<h3>{reader.html(f'method_{name}_title')}</h3>{markup.paragraph(reader.text(f'method_{name}'))}"
        for name in (
            "levels",
            "grades",
            "raters",
            "words",
            "headlines",
            "progress",
            "charts",
            "maps",
            "vintages",
            "language",
            "license",
            "accessibility",
        )
    ]
    manual = f'<a href="/api/?lang={reader.language}">/api/</a>'
    blocks.append(f"<h3>{reader.html('method_api_title')}</h3><p>{reader.html('method_api')} {manual}</p>")
    ways = f'<p><a href="{link("changes", reader)}">{reader.html("page_changes")}</a></p>'
    show_html(f'<div class="prose">{"".join(blocks)}{ways}</div>')
