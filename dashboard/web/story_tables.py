"""The numbers of a chart inside a story as a small table: periods down, lines across, or places by size."""

import pandas as pd

from dashboard.language import period_end
from dashboard.maps import full_name
from dashboard.markup import data_table, paragraph
from dashboard.models import TOTAL
from dashboard.queries import IndicatorCard
from dashboard.rows import order_parts
from dashboard.web.edition import Edition

MOST_COLUMNS = 4
"""Columns of values that fit half the width of a sheet of paper."""
ENDS = 8
"""Places shown at each end of a long list."""


def build_story_table(edition: Edition, card: IndicatorCard, rows: pd.DataFrame) -> str:
    """Return preferred rows of one chart as a table; empty cells are gaps, a status is written beside its value."""
    if rows.empty:
        return paragraph(edition.text("no_value"), "muted")
    rows = order_parts(rows, card)
    by = "ref_area" if rows["ref_area"].nunique() > 1 else "breakdown"
    series = list(dict.fromkeys(rows[by]))
    periods = sorted(dict.fromkeys(rows["time_period"]), key=period_end)
    caption = f"{edition.pick(card.indicator, 'title')} · {edition.pick(card.unit, 'title')}"
    cells = {(row[by], row["time_period"]): _cell(edition, card, row) for row in rows.to_dict("records")}
    if len(periods) == 1 and len(series) > 2 * ENDS + 1:
        return _ends(edition, card, rows, by, caption)
    if min(len(series), len(periods)) > MOST_COLUMNS:
        heads = [edition.text("column_place" if by == "ref_area" else "column_part"), edition.text("column_period")]
        heads.append(edition.text("column_value"))
        body = [[_name(edition, card, by, one), edition.period(when), words] for (one, when), words in cells.items()]
        return data_table(heads, body, caption, numeric=[2])
    if len(series) <= len(periods):
        heads = [edition.text("column_period"), *[_name(edition, card, by, one) for one in series]]
        body = [[edition.period(when), *[cells.get((one, when), "") for one in series]] for when in periods]
    else:
        heads = [edition.text("column_place" if by == "ref_area" else "column_part")]
        heads += [edition.period(when) for when in periods]
        body = [[_name(edition, card, by, one), *[cells.get((one, when), "") for when in periods]] for one in series]
    return data_table(heads, body, caption, numeric=range(1, len(heads)))


def _cell(edition: Edition, card: IndicatorCard, row: dict) -> str:
    value = card.write(row, edition.language)
    status = row["obs_status"]
    return (
        value
        if status in ("A", "B")
        else edition.text("value_status", value=value, status=edition.text(f"status_{status}"))
    )


def _name(edition: Edition, card: IndicatorCard, by: str, code: str) -> str:
    if by == "ref_area":
        return full_name(edition.held.places, code, edition.language)
    if code == TOTAL:
        return edition.text("column_value") if not card.breakdowns else edition.text("total")
    return next((edition.pick(row, "title") for row in card.breakdowns if row.code == code), code)


def _ends(edition: Edition, card: IndicatorCard, rows: pd.DataFrame, by: str, caption: str) -> str:
    """Return the highest and the lowest places of a long list, two columns side by side."""
    ranked = rows.dropna(subset=["obs_value"]).sort_values("obs_value", ascending=False, kind="stable")
    pairs = [
        (_name(edition, card, by, row[by]), _cell(edition, card, row)) for row in ranked.to_dict("records")
    ]  # fmt: skip
    top, low = pairs[:ENDS], pairs[-ENDS:]
    heads = [edition.text("column_place"), edition.text("column_value")] * 2
    note = edition.text("ends_shown", each=ENDS, count=len(pairs))
    body = [[*one, *other] for one, other in zip(top, low, strict=True)]
    return paragraph(note, "muted small") + data_table(heads, body, caption, numeric=[1, 3])
