"""Pieces of the query page: the question, its answer, examples, tables, and what was tried against it."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import markup
from dashboard.catalog import today
from dashboard.components.choices import url_area
from dashboard.components.layout import link
from dashboard.components.reader import Reader, show_html
from dashboard.language import Language, close_han
from dashboard.sandbox import runner
from dashboard.sandbox.attacks import ATTACKS
from dashboard.sandbox.examples import EXAMPLES, write_example, write_selection
from dashboard.sandbox.published import describe_tables
from dashboard.sandbox.runner import QueryError, Result
from dashboard.store import Store

SHOWN_LETTERS = 90
"""Letters of an attack that are shown; the rest repeats itself."""
CELL_LETTERS = 2_000
"""Letters of a cell that are sent to the screen; the file has it whole."""


def ask_query(reader: Reader) -> str:
    """Return the query of the address, which the reader may change."""
    first = write_example(next(iter(EXAMPLES)), reader.language)
    sql = url_area(reader.text("query_label"), key="sql", default=first, longest=runner.LONGEST)
    st.button(reader.text("query_run"), type="primary")
    limits = reader.text(
        "query_limits",
        letters=f"{runner.LONGEST:,}",
        seconds=f"{runner.SECONDS:.0f}",
        shown=f"{runner.SHOWN_ROWS:,}",
        taken=f"{runner.DOWNLOAD_ROWS:,}",
    )
    show_html(markup.paragraph(limits, "muted small"))
    return sql


@st.cache_resource(show_spinner=False, max_entries=12)
def _run(key: tuple[str, dt.date], sql: str, _store: Store) -> Result:
    return runner.run_query(_store, key[1], sql)


def show_answer(reader: Reader, sql: str) -> None:
    """Show the rows a query gives with their count, the time taken and the file; or one sentence that says why not."""
    try:
        result = _run(reader.key, sql, reader.store)
    except QueryError as error:
        detail = f"<p><code>{markup.escape(error.detail)}</code></p>" if error.kind == "wrong" and error.detail else ""
        sentence = reader.html(f"query_error_{error.kind}")
        show_html(f'<div class="refused" role="alert"><p>{sentence}</p>{detail}</div>')
        return
    count = reader.text(
        "query_count", count=f"{len(result.rows):,}", milliseconds=f"{max(result.seconds * 1000, 0.1):,.1f}"
    )
    notes = [count, reader.text("query_as_of", day=reader.period(reader.day.isoformat()))]
    if result.more:
        notes.append(reader.text("query_more", count=f"{len(result.rows):,}"))
    show_html(f'<p role="status" class="count">{markup.escape(close_han(" ".join(notes)))}</p>')
    if not result.rows:
        show_html(markup.paragraph(reader.text("query_none"), "muted"))
        return
    _show_rows(reader, result)
    show_html(
        f'<p class="downloads"><a class="button" href="{markup.escape(_file_address(reader, sql))}" download>'
        f"{reader.html('download_result')}</a></p>"
    )


def _show_rows(reader: Reader, result: Result) -> None:
    names = _distinct(result.columns)
    rows = [[cell[:CELL_LETTERS] if isinstance(cell, str) else cell for cell in row] for row in result.rows]
    table = pd.DataFrame(rows, columns=names)
    for name in names:
        kinds = {type(cell) for cell in table[name] if cell is not None and cell == cell}
        if str in kinds and len(kinds) > 1:
            table[name] = [None if cell is None else str(cell) for cell in table[name]]
    first = ", ".join(f"{name} {cell}" for name, cell in zip(names, rows[0], strict=True))[:200]
    alt = reader.text("query_table_alt", rows=len(rows), columns=len(names), first=first)
    st.dataframe(table, hide_index=True, width="stretch", height=min(520, 38 + 35 * len(rows)), alt=alt)


def _distinct(names: list[str]) -> list[str]:
    """Return column names of which none stands twice, as a table on screen needs them."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _file_address(reader: Reader, sql: str) -> str:
    asof = {} if reader.day == today() else {"asof": reader.day.isoformat()}
    return f"/query.csv?{urlencode({'lang': reader.language, **asof, 'sql': sql})}"


def show_query_examples(reader: Reader) -> None:
    """Show examples as links that run them."""
    items = "".join(
        f'<li><a href="{link("query", reader, sql=write_example(name, reader.language))}">'
        f"{reader.html(f'example_{name}')}</a></li>"
        for name in EXAMPLES
    )
    show_html(f'<ul class="plain-list">{items}</ul>')


@st.cache_resource(show_spinner=False, max_entries=4)
def _schema(language: Language, _reader: Reader) -> str:
    blocks = []
    for table in describe_tables():
        rows = "".join(
            f"<tr><th scope='row'><code>{column.name}</code></th>"
            f"<td>{markup.escape(column.meaning[language])}</td></tr>"
            for column in table.columns
        )
        heads = (
            f"<th scope='col'>{_reader.html('query_column')}</th><th scope='col'>{_reader.html('query_meaning')}</th>"
        )
        means = markup.escape(table.meaning[language])
        blocks.append(
            f"<details><summary><code>{table.name}</code> "
            f"<span>{means}</span></summary>"
            f'<div class="scroll" tabindex="0" role="region" aria-label="{means}"><table>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
        )
    return f'<div class="schema">{"".join(blocks)}</div>'


def show_schema(reader: Reader) -> None:
    """Show every table with its columns and what they mean."""
    note = reader.text("query_schema_note", count=len(describe_tables()))
    show_html(markup.paragraph(note, "muted") + _schema(reader.language, reader))


def show_attacks(reader: Reader) -> None:
    """Show what was tried against the page and what it answered."""
    rows = "".join(
        f"<tr><td>{reader.html(f'attack_{attack.aim}')}</td><td><code>{markup.escape(_shorten(attack.sql))}</code></td>"
        f"<td>{reader.html(f'refusal_{attack.refusal}')}</td></tr>"
        for attack in ATTACKS
    )
    heads = "".join(
        f"<th scope='col'>{words}</th>"
        for words in (reader.html("query_safe_aim"), "SQL", reader.html("query_safe_answer"))
    )
    title = reader.html("query_safe")
    note = markup.paragraph(reader.text("query_safe_note", count=len(ATTACKS)), "muted")
    show_html(
        f'{note}<details class="schema"><summary>{title}</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _shorten(sql: str) -> str:
    words = " ".join(sql.split()).encode("ascii", "backslashreplace").decode().replace("\x00", "\\x00")
    return words if len(words) <= SHOWN_LETTERS else f"{words[:SHOWN_LETTERS]}…"


def selection_link(reader: Reader, code: str, *, areas: Sequence[str] | None = None, **choices: str | None) -> str:
    """Return the address of the query that gives the rows of a view of an indicator, safe inside HTML."""
    return link("query", reader, sql=write_selection(code, areas=areas, **choices))
