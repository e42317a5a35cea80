"""Pieces of the page of changes: what differs between two days, what was corrected, and by which rules."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import markup, queries
from dashboard.changed import find_kind, say_cell, say_kind, say_where
from dashboard.components.choices import LONGEST, url_choice
from dashboard.components.layout import link, tell_contact
from dashboard.components.reader import (
    Reader,
    cached_corrections,
    cached_publication_days,
    get_cards,
    get_places,
    get_rows,
    kept,
    show_html,
)
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.vintages import get_changes, get_claim_changes

KINDS = ("revised", "withdrawn", "new")
"""What can happen to a cell, in the order it is shown: what was changed stands before what was added."""
MOST_ROWS = 10
"""Cells of one indicator a page shows; the file has all of them."""
MOST_INDICATORS = 40
FEW = 3
"""Corrections an indicator's page shows unfolded."""


def publication_days(reader: Reader) -> list[dt.date]:
    """Return the days of publication until the day that is shown, oldest first."""
    days = cached_publication_days(reader.store.fingerprint, reader.now, reader.store)
    return [day for day in days if day <= reader.day]


def nearest_day(asked: str, days: Collection[str]) -> str | None:
    """Return the last of the days that is not after the one asked for, so that it shows the same data."""
    try:
        wanted = dt.date.fromisoformat(asked[:LONGEST])
    except ValueError:
        return None
    earlier = [day for day in days if day <= wanted.isoformat()]
    return max(earlier) if earlier else min(days, default=None)


def choose_days(reader: Reader) -> tuple[dt.date, dt.date]:
    """Return the two days that are compared, the earlier first."""
    days = [day.isoformat() for day in publication_days(reader)]
    labels = {day: reader.period(day) for day in reversed(days)}
    columns = st.columns(3)
    chosen = []
    for column, key, default in ((columns[0], "from", days[-2:][0]), (columns[1], "to", days[-1])):
        with column:
            day = url_choice(
                st.selectbox, reader.text(f"changes_{key}"), labels, key=key, default=default, nearest=nearest_day
            )
        chosen.append(dt.date.fromisoformat(day or default))
    if chosen[0] > chosen[1]:
        st.caption(reader.text("changes_turned"))
    return min(chosen), max(chosen)


@kept
def show_changes(reader: Reader, day_from: dt.date, day_to: dt.date) -> None:
    """Show every cell that differs between two days: counts, then the cells by indicator, and all of them as a file."""
    frame = get_changes(reader.store, day_from, day_to)
    counts = Counter(frame["change"])
    tally = "".join(f"<li><b>{counts[kind]:,}</b> {reader.html(f'change_{kind}')}</li>" for kind in KINDS)
    words = reader.text(
        "changes_found",
        count=f"{len(frame):,}",
        indicators=frame["indicator_code"].nunique(),
        day_from=reader.period(day_from.isoformat()),
        day_to=reader.period(day_to.isoformat()),
    )
    show_html(f'<p role="status">{markup.escape(words)}</p><ul class="tally">{tally}</ul>')
    if frame.empty:
        return
    query = urlencode({"from": day_from.isoformat(), "to": day_to.isoformat(), "lang": reader.language})
    show_html(
        f'<p class="downloads"><a class="button" href="/changes.csv?{markup.escape(query)}" download>'
        f"{reader.html('changes_csv')}</a></p>"
    )
    show_html(_by_indicator(reader, frame))


def _by_indicator(reader: Reader, frame: pd.DataFrame) -> str:
    """Return the cells grouped by indicator, those with a changed value first."""
    cards = get_cards(reader)
    groups = [(code, rows) for code, rows in frame.groupby("indicator_code", sort=True) if code in cards]
    groups.sort(key=lambda item: (item[1]["change"] == "new").all())
    blocks = []
    for code, rows in groups[:MOST_INDICATORS]:
        card = cards[str(code)]
        rows = rows.assign(_order=rows["change"].map(KINDS.index)).sort_values("_order", kind="stable")
        href = link("indicator", reader, code=card.indicator.code)
        title, count = reader.words(card.indicator, "title"), reader.html("changes_cells", count=f"{len(rows):,}")
        blocks.append(
            f'<h3 class="figure-title"><a href="{href}">{title}</a> <small class="muted">{count}</small></h3>'
        )
        blocks.append(_cell_table(reader, card, rows.head(MOST_ROWS)))
        if len(rows) > MOST_ROWS:
            blocks.append(
                markup.paragraph(reader.text("changes_more", count=f"{len(rows) - MOST_ROWS:,}"), "muted small")
            )
    if len(groups) > MOST_INDICATORS:
        more = reader.text("changes_more_indicators", count=len(groups) - MOST_INDICATORS)
        blocks.append(markup.paragraph(more, "muted small"))
    return "".join(blocks)


COLUMNS = ("changes_where", "changes_kind", "changes_old", "changes_new", "changes_day", "changes_why")
NUMERIC = ("changes_old", "changes_new")


def _cell_table(reader: Reader, card: IndicatorCard, rows: pd.DataFrame) -> str:
    """Return changed cells as a table: where, what happened, what it was, what it is, when, why and by whom."""
    labels = {key: reader.html(key) for key in COLUMNS}
    heads = "".join(f'<th scope="col"{_column_class(key)}>{words}</th>' for key, words in labels.items())
    lines = []
    for row in rows.to_dict("records"):
        # On a narrow screen each row becomes a block, and a cell needs its heading beside it.
        cells = zip(labels.items(), _row_cells(reader, card, row), strict=True)
        lines.append(
            "".join(f'<td data-label="{words}"{_column_class(key)}>{cell}</td>' for (key, words), cell in cells)
        )
    title, unit = reader.words(card.indicator, "title"), reader.words(card.unit, "title")
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="scroll whole" tabindex="0" role="region" aria-label="{title}"><table class="changes">'
        f"<caption>{reader.html('changes_unit')} {unit}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _column_class(key: str) -> str:
    css = "num" if key in NUMERIC else {"changes_day": "day", "changes_why": "why"}.get(key)
    return f' class="{css}"' if css else ""


def _row_cells(reader: Reader, card: IndicatorCard, row: Mapping[Any, Any]) -> list[str]:
    cited = markup.source_link(get_rows(reader, "get_sources")[row["source_code"]], reader.language)
    note = reader.pick(row, "note")
    reason = f"{markup.escape(note)}<br>" if note else ""
    return [
        markup.escape(say_where(reader, card, get_places(reader), row)),
        _kind(reader, row),
        markup.escape(say_cell(reader, card, row, "old")),
        markup.escape(say_cell(reader, card, row, "new")),
        reader.when(str(row["published"])[:10]),
        f'<span>{reason}<small class="source">{cited}</small></span>',
    ]


def _kind(reader: Reader, row: Mapping[Any, Any]) -> str:
    """Return what happened to a cell; of a changed value whether that was announced."""
    kind = find_kind(row)
    css = "" if kind in ("new", "scheduled") else " late"
    return f'<span class="tag{css}">{markup.escape(say_kind(reader, kind))}</span>'


@kept
def show_claim_changes(reader: Reader, day_from: dt.date, day_to: dt.date) -> None:
    """Show claims whose numbers or grade differ between two days: what they said, what they say."""
    cards = get_cards(reader)
    found = get_claim_changes(reader.store, queries.get_cards(reader.store, reader.now), day_from, day_to)
    found = [item for item in found if item.after is None or item.after.claim.indicator in cards]
    items = []
    for item in found:
        lines = [f'<span class="tag">{reader.html(f"claim_change_{item.kind}")}</span>']
        lines += [
            f"<p><small>{reader.html(key)}</small> {_said(reader, held)}</p>"
            for key, held in (("changes_old", item.before), ("changes_new", item.after))
            if held is not None
        ]
        if item.kind == "revised" and item.grade_before != item.grade_after:
            words = reader.text("grade_moved", old=item.grade_before or "–", new=item.grade_after or "–")
            lines.append(markup.paragraph(words, "muted small"))
        href = link("claim", reader, id=item.claim_id)
        items.append(f'<li>{"".join(lines)}<a href="{href}">{reader.html("proof")}</a></li>')
    words = reader.text("claim_changes_found", count=len(items))
    show_html(f'<p role="status">{markup.escape(words)}</p><ul class="gaps">{"".join(items)}</ul>')


def _said(reader: Reader, filled: FilledClaim) -> str:
    return markup.escape(markup.fill_claim(filled, "sentence", reader.language))


@kept
def show_corrections(reader: Reader) -> None:
    """Show unscheduled corrections, and apart from them scheduled revisions."""
    frame = cached_corrections(reader.key, reader.store)
    groups: Sequence[tuple[str, pd.DataFrame]] = (
        ("corrections_unscheduled", frame[~frame["scheduled"]]),
        ("corrections_scheduled", frame[frame["scheduled"]]),
    )
    for key, rows in groups:
        show_html(f"<h3>{reader.html(key, count=len(rows))}</h3>")
        show_html(
            _by_indicator(reader, rows) if len(rows) else markup.paragraph(reader.text("corrections_none"), "muted")
        )


@kept
def show_indicator_corrections(reader: Reader, card: IndicatorCard) -> None:
    """Show a dated notice for every published value of an indicator that was replaced; nothing where none was."""
    frame = cached_corrections(reader.key, reader.store)
    rows = frame[frame["indicator_code"] == card.indicator.code]
    if rows.empty:
        return
    newest = reader.period(str(rows["published"].max())[:10])
    title = reader.html("corrected_notice", count=len(rows), day=newest)
    href = link("changes", reader)
    show_html(
        f'<details class="changed" role="note"{" open" if len(rows) <= FEW else ""}><summary><b>{title}</b></summary>'
        f"{_cell_table(reader, card, rows.head(MOST_ROWS))}"
        f'<p class="small"><a href="{href}">{reader.html("page_changes")}</a></p></details>'
    )


@kept
def show_policy(reader: Reader) -> None:
    """Show by which rules figures are revised, corrected and withdrawn, and where errors are reported."""
    items = "".join(
        f"<dt>{reader.html(f'policy_{name}_title')}</dt><dd>{reader.html(f'policy_{name}')}</dd>"
        for name in ("scheduled", "correction", "withdrawn", "record", "words", "report")
    )
    contact = tell_contact(reader)
    way = f"<p>{contact}</p>" if contact else ""
    show_html(f'<div class="prose"><dl class="policy">{items}</dl>{way}</div>')


@kept
def show_days(reader: Reader) -> None:
    """Show the days of publication, each with the way to the site as it was on that day."""
    days = publication_days(reader)[::-1][:MOST_ROWS]
    items = []
    for day in days:
        kept = reader.carried | {"asof": day.isoformat()}
        items.append(f'<li><a href="/?{markup.escape(urlencode(kept))}">{reader.when(day.isoformat())}</a></li>')
    show_html(f'<p>{reader.html("days_lead")}</p><ul class="plain-list columns">{"".join(items)}</ul>')
