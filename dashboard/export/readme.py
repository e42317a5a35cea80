"""The page inside a reporter's pack: plain HTML that opens from a folder, without network, scripts or other files."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from dashboard import markup
from dashboard.export.shelf import Shelf
from dashboard.export.tables import COMPILATION_LICENSE
from dashboard.language import HTML_LANG, Language, close_han, format_period, pick, text
from dashboard.maps import full_name
from dashboard.markup import escape, fill_claim, paragraph
from dashboard.models import Gap, Source
from dashboard.palette import colour
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.settings import get_settings

MOST_ROWS = 150
"""Rows a page lists; longer tables are in the files only."""


def style() -> str:
    """Return the look of a pack's page: the site's colours, the reader's own fonts."""
    ink, muted, line = (colour(name, "light") for name in ("ink", "muted", "hairline"))
    return (
        f":root{{color-scheme:light}}body{{margin:0;background:{colour('paper', 'light')};color:{ink};"
        "font:16px/1.65 'Source Sans 3','Noto Sans TC','PingFang TC','Microsoft JhengHei',sans-serif}"
        "main{max-width:46rem;margin:0 auto;padding:40px 24px 64px}h1{font-size:28px;line-height:1.3;margin:0 0 8px}"
        f"h2{{font-size:20px;margin:40px 0 8px;padding-top:16px;border-top:1px solid {line}}}h3{{font-size:16px}}"
        f".muted,.source,small{{color:{muted};font-size:14px}}img{{max-width:100%;border:1px solid {line}}}"
        f"table{{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}}"
        f"th,td{{text-align:left;padding:4px 8px;border-bottom:1px solid {line};vertical-align:top}}"
        f".num{{text-align:right}}a{{color:{colour('accent', 'light')}}}dt{{font-weight:600}}dd{{margin:0 0 8px}}"
        f".claim{{border-left:3px solid {colour('accent', 'light')};padding-left:16px;margin:16px 0}}"
        f".level{{display:block;font-size:14px;color:{muted}}}"
        f".grade{{border:1px solid {muted};border-radius:4px;padding:1px 8px}}"
        "code{overflow-wrap:anywhere}.ladder,.ticks{display:none}li{margin:4px 0}caption{text-align:left}"
        "@media print{main{max-width:none;padding:0}a{color:inherit}}"
    )


def write_page(title: str, lead: str, sections: Iterable[tuple[str, str]], language: Language) -> bytes:
    """Return a whole page: title, lead and sections of (heading, HTML); empty sections are left out."""
    body = "".join(f"<section><h2>{escape(head)}</h2>{inner}</section>" for head, inner in sections if inner)
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANG[language]}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f'<meta name="viewport" content="width=device-width"><style>{style()}</style></head><body><main>'
        f'<p class="muted">{escape(text("product", language))}</p><h1>{escape(title)}</h1>{paragraph(lead)}'
        f"{body}</main></body></html>\n"
    ).encode()


def show_picture(path: str, words: str) -> str:
    """Return a picture of the pack with what it shows in words."""
    return f'<p><img src="{escape(path)}" alt="{escape(words)}"></p>'


def list_rows(frame: pd.DataFrame, card: IndicatorCard, shelf: Shelf, language: Language) -> str:
    """Return the rows as a table, newest first; where there are too many, a sentence that names the files."""
    if len(frame) > MOST_ROWS:
        return paragraph(text("pack_rows_in_files", language, count=f"{len(frame):,}"))
    parts = {row.code: pick(row, "title", language) for row in card.breakdowns}
    publishers = {source.code: pick(source, "publisher", language) for source in card.sources}
    heads = ["column_place", "column_period", "column_part", "column_value", "column_status", "column_source"]
    rows = [
        (
            full_name(shelf.places, str(row["ref_area"]), language),
            format_period(str(row["time_period"]), language),
            parts.get(str(row["breakdown"]), text("total", language)),
            card.write(row, language),
            text(f"status_{row['obs_status']}", language),
            publishers[str(row["source_code"])],
        )
        for row in frame.iloc[::-1].to_dict("records")
    ]
    caption = text(
        "measure", language, title=pick(card.indicator, "title", language), unit=pick(card.unit, "title", language)
    )
    return markup.data_table([text(head, language) for head in heads], rows, caption, numeric=(3,))


def list_limits(
    cards: Sequence[IndicatorCard], claims: Sequence[FilledClaim], gaps: Sequence[Gap], language: Language
) -> str:
    """Return what the data cannot tell: warnings, breaks, figures of others, doubts, rival explanations, gaps."""
    items = []
    for card in cards:
        items.append(escape(pick(card.indicator, "usage_warnings", language)))
        items += [
            f"{escape(format_period(item.time_period, language))} {escape(pick(item, 'note', language))}"
            for item in card.breaks
        ]
        items += [
            f"{escape(text('other_source', language))} {escape(card.write(item, language))} "
            f"{escape(pick(item, 'note', language))}"
            for item in card.disagreements
        ]
    for filled in claims:
        items.append(
            f"<b>{escape(text('doubt', language))}</b> {escape(fill_claim(filled, 'biggest_doubt', language))}"
        )
        items += [
            f"<b>{escape(text('rivals', language))}</b> {escape(words)}"
            for words in markup.rival_explanations(filled.claim, language)
        ]
    items += [
        f"<b>{escape(text('pack_gap', language))}</b> {escape(pick(gap, 'title', language))} "
        f"{escape(pick(gap, 'note', language))}"
        for gap in gaps
    ]
    return "<ul>" + "".join(f"<li>{close_han(item)}</li>" for item in dict.fromkeys(items)) + "</ul>"


def list_sources(sources: Iterable[Source], licenses: Mapping[str, str], language: Language) -> str:
    """Return every source with publisher, title, address, day of reading and licence."""
    items = [
        f"<li>{markup.source_link(source, language)}<br><small>{escape(text(f'source_{source.kind}', language))} · "
        f"{escape(text('accessed', language))} {escape(format_period(source.accessed.isoformat(), language))} · "
        f"{escape(licenses.get(source.license, ''))}<br><code>{escape(source.url)}</code></small></li>"
        for source in sources
    ]
    return f"<ol>{''.join(items)}</ol>"


def write_citation(title: str, path: str, shelf: Shelf, language: Language, level: str = "") -> str:
    """Return how to cite, with the day and edition, so that the very same numbers can be found again.

    ``level`` is the indicator's step of the results chain; what is no outcome is cited as such.
    """
    caveat = markup.say_lesser_level(level, language) if level else ""
    words = text(
        "pack_citation",
        language,
        product=text("product", language),
        year=shelf.day.year,
        title=title,
        level=text("cite_level", language, level=caveat) if caveat else "",
        day=format_period(shelf.day.isoformat(), language),
        edition=shelf.edition,
        address=f"{get_settings().public_url}{path}",
    )
    terms = f"{text('license_compilation', language)} {COMPILATION_LICENSE}"
    return paragraph(words) + paragraph(terms, "muted")


def write_contact(custodians: Sequence[str], language: Language) -> str:
    """Return whom to ask: the offices that hold the data, and us, where the operator has named an address."""
    joint = text("comma", language)
    lines = [text("pack_contact_data", language, custodians=joint.join(dict.fromkeys(custodians)))]
    if address := get_settings().feedback_address:
        lines.append(text("contact_site", language, address=address))
    return "".join(paragraph(line) for line in lines)


def list_files(names: Sequence[str], language: Language) -> str:
    """Return the files of the pack as links."""
    items = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in names)
    return f"{paragraph(text('pack_checksums', language), 'muted')}<ul>{items}</ul>"
