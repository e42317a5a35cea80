"""Pieces of the page on online consultations: map of opinions, statements by group, growth, who voted, how sure."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import markup, opinion_figures, queries
from dashboard.components.charts import CHART_CONFIG, fold_table
from dashboard.components.choices import url_choice
from dashboard.components.layout import link, show_heading
from dashboard.components.reader import Reader, get_rows, show_html
from dashboard.language import Language, format_number
from dashboard.models import Consultation, Statement
from dashboard.opinions import SMALL_BASE, SMALL_GROUP
from dashboard.palette import Mode
from dashboard.queries import Opinions
from dashboard.store import Store

LISTS = ("united", "divided", "groups", "every")
SHOWN = 8
"""Statements listed before a reader asks for all of them."""
STANDING_OUT = 3
SURE = 1.64
"""z above which a group's agreement counts as its own: 95 percent, one side."""
CLEAR, BLURRED, CLOSE = 0.5, 0.35, 0.03
"""Silhouettes that count as clearly apart, as running into each other, and as no different from one another."""
TABLES = ("groups", "statements", "map", "growth", "shares")


@lru_cache(maxsize=32)
def _cached_opinions(key: tuple[str, dt.date], slug: str, store: Store) -> Opinions:
    return queries.get_opinions(store, slug, key[1])


@lru_cache(maxsize=128)
def _cached_figure(
    key: tuple[str, dt.date], slug: str, kind: str, language: Language, mode: Mode, store: Store
) -> dict[str, Any]:
    held = _cached_opinions(key, slug, store)
    if kind == "map":
        names = {group.code: group_name(group.code, language) for group in held.groups}
        figure = opinion_figures.build_opinion_map(held.cells, held.groups, names, mode, language)
    elif kind == "growth":
        figure = opinion_figures.build_growth_figure(held.growth, mode, language)
    else:
        figure = opinion_figures.build_share_figure(held.shares, mode, language)
    return figure.to_plotly_json()


def group_name(code: str, language: Language) -> str:
    """Return a group's neutral name; nobody asked its people who they are."""
    return f"{code} 群" if language == "zh-TW" else f"Group {code}"


def whole(value: float | None) -> str:
    """Return a count or a rounded percentage in digits."""
    return format_number(value, 0)


def _join(reader: Reader, *sentences: str) -> str:
    """Return sentences one after the other; Chinese ones without a space between them."""
    return (" " if reader.language == "en" else "").join(filter(None, sentences))


def choose_consultation(reader: Reader) -> Opinions | None:
    """Return the consultation the address names, the one with most voters by default; None when there is none."""
    rows: Sequence[Consultation] = get_rows(reader, "get_consultations")
    if not rows:
        show_heading(reader.text("page_opinions"), reader.text("no_consultations"))
        return None
    labels = {row.slug: reader.pick(row, "title") for row in rows}
    slug = url_choice(st.selectbox, reader.text("consultation"), labels, key="c", default=rows[0].slug) or rows[0].slug
    return _cached_opinions((reader.store.fingerprint, reader.day), slug, reader.store)


def show_opinions_heading(reader: Reader, held: Opinions) -> None:
    """Show what was asked, when, and that whoever voted chose to."""
    row = held.consultation
    show_heading(reader.pick(row, "title"), reader.pick(row, "question"), reader.html("page_opinions"))
    warning = _join(reader, reader.text("opinions_warning"), reader.pick(row, "note"))
    show_html(f'<p class="doubt"><b>{reader.html("doubt")}</b> {markup.escape(warning)}</p>')


def _show_figure(reader: Reader, held: Opinions, kind: str, alt: str) -> None:
    slug = held.consultation.slug
    figure = _cached_figure(
        (reader.store.fingerprint, reader.day), slug, kind, reader.language, reader.mode, reader.store
    )
    height = figure["layout"]["height"]
    st.plotly_chart(figure, theme=None, config=CHART_CONFIG, key=f"opinions-{kind}-{slug}", alt=alt, height=height)


def show_opinion_map(reader: Reader, held: Opinions) -> None:
    """Show where people stand and how to read it."""
    row = held.consultation
    names = {group.code: group_name(group.code, reader.language) for group in held.groups}
    sizes = [reader.text("group_size", name=names[group.code], count=whole(group.people)) for group in held.groups]
    joint = "、" if reader.language == "zh-TW" else ", "
    alt = reader.text("alt_opinion_map", title=reader.pick(row, "title"), groups=joint.join(sizes))
    _show_figure(reader, held, "map", alt)
    axes = reader.text("axes_hold", first=whole(row.axis_1), second=whole(row.axis_2))
    _, outside = opinion_figures.frame_people(held.cells)
    beyond = reader.text("map_beyond", count=outside) if outside else ""
    table = pd.DataFrame(
        {
            reader.text("column_group"): list(names.values()),
            reader.text("column_accounts"): [whole(group.people) for group in held.groups],
        }
    )
    show_html(
        markup.paragraph(_join(reader, reader.text("map_reading"), axes, beyond), "muted small")
        + fold_table(reader, alt, table, (1,))
    )


def show_opinion_facts(reader: Reader, held: Opinions) -> None:
    """Show how many voted on what, and the groups."""
    row = held.consultation
    outside = row.voters - row.grouped
    rows = [
        (reader.text("fact_voters"), reader.text("fact_voters_value", count=whole(row.voters), votes=whole(row.votes))),
        (
            reader.text("fact_grouped"),
            reader.text("fact_grouped_value", count=whole(row.grouped), outside=whole(outside)),
        ),
        *(
            (
                group_name(group.code, reader.language),
                reader.text("group_share", count=whole(group.people), share=whole(group.people / row.grouped * 100)),
            )
            for group in held.groups
        ),
        (
            reader.text("fact_statements"),
            reader.text(
                "fact_statements_value", whole=whole(row.statements), accepted=whole(row.accepted),
                shown=whole(row.shown),
            ),
        ),
    ]  # fmt: skip
    if row.in_small_groups:
        rows.append((reader.text("fact_small"), reader.text("fact_small_value", count=row.in_small_groups)))
    if row.started and row.ended:
        rows.append((reader.text("fact_period"), reader.period(f"{row.started}/{row.ended}")))
    body = markup.definition_list([(term, markup.escape(words)) for term, words in rows])
    show_html(f'<div class="facts">{body}</div>')


def _gloss(reader: Reader, row: Statement) -> str:
    return reader.pick(row, "gloss") or reader.text("no_gloss", number=row.number)


def _bar(reader: Reader, agree: int, disagree: int, passed: int, name: str, tint: str = "") -> str:
    """Return one line of votes: a bar with percentages, or counts where few voted."""
    voters = agree + disagree + passed
    counts = {"agree": whole(agree), "disagree": whole(disagree), "passed": whole(passed), "voters": whole(voters)}
    head = f"<b>{tint}{markup.escape(name)}</b>"
    if voters < SMALL_BASE:
        return f"<li>{head}<span>{reader.html('votes_counted', **counts)}</span></li>"
    shares = {"agree": agree / voters * 100, "passed": passed / voters * 100, "disagree": disagree / voters * 100}
    parts = "".join(f'<i class="{kind}" style="width:{share:.1f}%"></i>' for kind, share in shares.items())
    words = reader.html(
        "votes_shared", agree=whole(shares["agree"]), disagree=whole(shares["disagree"]), voters=whole(voters)
    )
    return f'<li>{head}<span class="votes" aria-hidden="true">{parts}</span><span>{words}</span></li>'


def _statement(reader: Reader, held: Opinions, row: Statement) -> str:
    """Return a statement with everybody's votes and each group's."""
    lines = [_bar(reader, row.agree, row.disagree, row.passed, reader.text("everybody"))]
    for place, group in enumerate(held.groups):
        votes = held.votes.get((row.number, group.code))
        name = group_name(group.code, reader.language)
        dot = f'<i class="dot group-{place}" aria-hidden="true"></i>'
        if votes is None or votes.agree is None or votes.disagree is None or votes.passed is None:
            held_back = reader.html("votes_held_back", least=SMALL_GROUP)
            lines.append(f"<li><b>{dot}{markup.escape(name)}</b><span>{held_back}</span></li>")
        else:
            lines.append(_bar(reader, votes.agree, votes.disagree, votes.passed, name, dot))
    return (
        f'<article class="statement"><h3>{markup.escape(_gloss(reader, row))}</h3><ul>{"".join(lines)}</ul></article>'
    )


def order_statements(held: Opinions, kind: str) -> list[Statement]:
    """Return statements with a base of thirty, those that unite or those that divide all groups first."""
    based = [row for row in held.statements if row.voters >= SMALL_BASE]
    if kind == "united":
        known = [row for row in based if row.consensus_agree is not None]
        return sorted(known, key=lambda row: -max(row.consensus_agree or 0, row.consensus_disagree or 0))
    return sorted((row for row in based if row.gap is not None), key=lambda row: -(row.gap or 0))


def show_statements(reader: Reader, held: Opinions) -> None:
    """Show the statements that unite, that divide, that mark a group, or all of them as a table."""
    labels = {kind: reader.text(f"list_{kind}") for kind in LISTS}
    kind = url_choice(
        st.segmented_control, reader.text("list"), labels, key="list", default=LISTS[0],
        label_visibility="collapsed", required=True,
    ) or LISTS[0]  # fmt: skip
    show_html(markup.paragraph(reader.text(f"list_{kind}_note"), "muted small"))
    if len(held.groups) < 2 and kind != "every":
        show_html(markup.paragraph(reader.text("one_group")))
    elif kind == "every":
        show_html(_statement_table(reader, held))
    elif kind == "groups":
        show_html("".join(_group_block(reader, held, group.code) for group in held.groups))
    else:
        rows = order_statements(held, kind)[:SHOWN]
        body = "".join(_statement(reader, held, row) for row in rows)
        show_html(f'<div class="statements">{body}</div>' if rows else markup.paragraph(reader.text("no_statements")))


def _group_block(reader: Reader, held: Opinions, code: str) -> str:
    """Return the statements a group agrees with more than the others do."""
    numbers = {row.number: row for row in held.statements}
    votes = [row for (_, group), row in held.votes.items() if group == code and (row.z or 0) >= SURE]
    based = [row for row in votes if (row.voters or 0) >= SMALL_BASE and (row.agree or 0) * 2 > (row.voters or 0)]
    best = sorted(based, key=lambda row: -(row.z or 0))[:STANDING_OUT]
    body = "".join(_statement(reader, held, numbers[row.number]) for row in best)
    name = markup.escape(group_name(code, reader.language))
    return f'<h4>{name}</h4><div class="statements">{body or markup.paragraph(reader.text("no_marking"))}</div>'


def _statement_table(reader: Reader, held: Opinions) -> str:
    headings = [reader.text(key) for key in ("column_statement", "column_voters", "column_agree", "column_disagree")]
    headings += [f"{group_name(group.code, reader.language)} · {reader.text('column_agree')}" for group in held.groups]
    rows = []
    for row in sorted(held.statements, key=lambda row: -row.voters):
        cells = [_gloss(reader, row), whole(row.voters)]
        cells += [_share(reader, row.agree, row.voters), _share(reader, row.disagree, row.voters)]
        for group in held.groups:
            votes = held.votes.get((row.number, group.code))
            cells.append(_share(reader, votes and votes.agree, votes and votes.voters))
        rows.append(cells)
    caption = reader.text("statement_table", count=len(rows))
    return markup.data_table(headings, rows, caption, numeric=range(1, len(headings)))


def _share(reader: Reader, part: int | None, base: int | None) -> str:
    """Return a percentage with its base, counts under thirty, or that it is held back."""
    if part is None or base is None:
        return reader.text("held_back")
    if base < SMALL_BASE:
        return reader.text("part_of", part=whole(part), whole=whole(base))
    return reader.text("percent_of", share=whole(part / base * 100), whole=whole(base))


def show_growth(reader: Reader, held: Opinions) -> None:
    """Show when the votes came in; say so where the export knows nothing of time."""
    if not held.growth:
        show_html(markup.paragraph(reader.text("no_times"), "muted"))
        return
    steps = held.growth
    most = max(steps, key=lambda step: step.votes)
    share = most.votes / sum(step.votes for step in steps) * 100
    words = reader.text(
        "growth_sentence", period=reader.period(most.time_period), votes=whole(most.votes), share=whole(share),
        first=reader.period(steps[0].time_period), last=reader.period(steps[-1].time_period),
    )  # fmt: skip
    show_html(markup.paragraph(words))
    _show_figure(reader, held, "growth", words)
    table = pd.DataFrame(
        {
            reader.text("column_period"): [reader.period(step.time_period) for step in steps],
            reader.text("column_votes"): [whole(step.votes) for step in steps],
        }
    )
    show_html(fold_table(reader, words, table, (1,)))


def show_shares(reader: Reader, held: Opinions) -> None:
    """Show how unequally the votes are spread over voters."""
    shares = {step.voters_pct: step.votes_pct for step in held.shares}
    words = reader.text(
        "share_sentence", tenth=whole(100 - shares[90]), half=whole(shares[50]),
        gini=format_number(held.consultation.gini, 2), voters=whole(held.consultation.voters),
    )  # fmt: skip
    show_html(markup.paragraph(words))
    _show_figure(reader, held, "shares", words)
    table = pd.DataFrame(
        {
            reader.text("column_voters_share"): [f"{whole(step.voters_pct)}%" for step in held.shares],
            reader.text("column_votes_share"): [f"{format_number(step.votes_pct, 1)}%" for step in held.shares],
        }
    )
    show_html(fold_table(reader, words, table, (0, 1)))


def judge_groups(row: Consultation, shown: int) -> list[tuple[str, dict[str, Any]]]:
    """Return what can be said of how sure the groups are: text keys with their numbers."""
    scores = {int(count): score for count, score in row.silhouettes.items()}
    found: list[tuple[str, dict[str, Any]]] = []
    if (score := scores.get(shown)) is not None:
        key = "sure_clear" if score >= CLEAR else "sure_blurred" if score < BLURRED else "sure_border"
        found.append((key, {"score": format_number(score, 2)}))
        others = [count for count in scores if count != shown and scores[count] > score - CLOSE]
        if others:
            found.append(("sure_count_open", {"shown": shown, "others": " / ".join(map(str, others))}))
    if row.stability is not None:
        found.append(("sure_stable", {"share": whole(row.stability)}))
    if row.same_group is not None and row.rand_index is not None:
        values = {"share": whole(row.same_group), "rand": format_number(row.rand_index, 2), "found": row.found_groups}
        found.append(("sure_stored", values))
    if row.axis_match is not None:
        found.append(("sure_axes", {"match": format_number(row.axis_match, 2)}))
    return found


def show_certainty(reader: Reader, held: Opinions) -> None:
    """Show in words how far groups and shares can be trusted, and by which method they were made."""
    shown = len(held.groups)
    lines = [reader.html(key, **values) for key, values in judge_groups(held.consultation, shown)]
    lines += [reader.html(key) for key in ("sure_no_sample", "sure_glosses", "sure_method")]
    show_html('<div class="prose"><ul>' + "".join(f"<li>{words}</li>" for words in lines) + "</ul></div>")


def show_opinions_source(reader: Reader, held: Opinions) -> None:
    """Show source, licence, downloads and the way to the story."""
    row = held.consultation
    parts = [
        f"{reader.html('source')} {markup.source_link(held.source, reader.language)}",
        f"{reader.html('as_of')} {reader.when(row.ended)}" if row.ended else "",
        reader.words(held.license, "title"),
    ]
    show_html(f'<p class="source">{" · ".join(filter(None, parts))}</p>')
    show_html(markup.paragraph(reader.pick(held.source, "note"), "muted small") if held.source.note_en else "")
    buttons = "".join(
        f'<a class="button" href="{link(f"data/opinions/{row.slug}/{table}.csv", reader)}" download>'
        f"{reader.html(f'download_{table}')}</a>"
        for table in TABLES
    )
    show_html(f'<div class="downloads">{buttons}</div>')
    ways = [(link("voices", reader), reader.html("to_voices"))]
    stories = {story.slug for story in get_rows(reader, "get_case_studies")}
    if row.case_study is not None and row.case_study in stories:
        ways.insert(0, (link("story", reader, slug=row.case_study), reader.html("to_story")))
    show_html("".join(f'<p><a href="{href}">{words}</a></p>' for href, words in ways))


def show_consultation_links(reader: Reader) -> None:
    """Show the ways from the stories to the opinion maps and to the grouping of texts."""
    rows: Sequence[Consultation] = get_rows(reader, "get_consultations")
    ways = [
        (
            link("opinions", reader, c=row.slug),
            reader.words(row, "title"),
            reader.html("fact_voters_value", count=whole(row.voters), votes=whole(row.votes)),
        )
        for row in rows
    ]
    ways.append((link("voices", reader), reader.html("page_voices"), reader.html("voices_short")))
    items = (f'<li><a href="{href}">{name}</a> <span class="muted">{note}</span></li>' for href, name, note in ways)
    show_html(f'<ul class="plain-list">{"".join(items)}</ul>')
