"""Small pieces of HTML that look the same everywhere: ladder, grade, source line, cards, timelines.

Pure functions: words and numbers in, HTML out, everything escaped. Colour is never the only sign.
"""

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.evidence import GRADES, PLACEHOLDER, fill, fill_story
from dashboard.figures import build_spark
from dashboard.language import HTML_LANG, Language, close_han, format_period, pick, text
from dashboard.linefigures import Stretches
from dashboard.models import Claim, Commitment, Milestone, ResultLevel, Source
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.rows import credit
from dashboard.steps import delay_months, month_number

LEVELS = tuple(ResultLevel)
RESULTS = (ResultLevel.OUTCOME, ResultLevel.IMPACT)
CLAUSE = re.compile("(?:（[^（）]*）|[^，；：？！])+[，；：？！]*")
LONG_GAP = 5
"""Months between two meetings from which their number is written."""
LONG_NUMBER = 8
"""Letters above which a card's number is set smaller, so that it stays on one line."""


class Html(str):
    """HTML of our own where plain words may stand too: a table does not escape it again."""

    __slots__ = ()


def escape(words: object) -> str:
    """Return text that is safe inside HTML."""
    return html.escape(str(words), quote=True)


def clauses(words: str) -> str:
    """Return a heading whose lines are broken between its Chinese clauses rather than inside a word."""
    parts = CLAUSE.findall(words)
    if len(parts) < 2 or "".join(parts) != words:
        return escape(words)
    return "".join(f'<span class="clause">{escape(part)}</span>' for part in parts)


def level_mark(level: str, language: Language) -> str:
    """Return the five-step ladder with the step of this level filled, and its word."""
    step = LEVELS.index(ResultLevel(level))
    steps = "".join(f'<i class="{"on" if place == step else ""}"></i>' for place in range(len(LEVELS)))
    tone = "result" if level in RESULTS else "quiet"
    word = escape(text(f"level_{level}", language))
    return f'<span class="level {tone}"><span class="ladder" aria-hidden="true">{steps}</span>{word}</span>'


def say_lesser_level(level: str, language: Language) -> str:
    """Return the words that what is told is no outcome; nothing for an outcome or an impact."""
    return "" if level in RESULTS else text(f"cite_level_{level}", language)


def kind_mark(card: IndicatorCard, language: Language) -> str:
    """Return the word for a rating or a perception; nothing for what was counted or measured."""
    kind = card.indicator.kind
    return "" if kind == "measured" else f'<span class="tag">{escape(text(f"kind_{kind}", language))}</span>'


def grade_mark(grade: str, language: Language) -> str:
    """Return the evidence grade: code, words and five ticks."""
    reached = GRADES.index(grade)
    ticks = "".join(f'<i class="{"on" if place < reached else ""}"></i>' for place in range(5))
    words = escape(text(f"grade_{grade}", language))
    return f'<span class="grade"><span class="ticks" aria-hidden="true">{ticks}</span>{grade} {words}</span>'


def state_mark(state: str, words: str) -> str:
    """Return a state as a word with a shape: done, partly, late, open, unknown."""
    return f'<span class="state {escape(state)}">{escape(words)}</span>'


def highlight(words: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return text, safe inside HTML, with every (start, end) in it marked."""
    parts, end = [], 0
    for start, stop in spans:
        parts += [escape(words[end:start]), f"<mark>{escape(words[start:stop])}</mark>"]
        end = stop
    return "".join(parts) + escape(words[end:])


def source_words(source: Source, language: Language) -> str:
    """Return a source's publisher and title, the title tagged with its own language; no publisher is named twice."""
    tag = "zh-Hant-TW" if source.language.lower().startswith("zh") else source.language
    title = f'<cite lang="{escape(tag)}">{escape(source.title)}</cite>'
    publisher = pick(source, "publisher", language)
    return title if source.title.startswith(publisher) else f"{escape(publisher)}{text('colon', language)}{title}"


def source_link(source: Source, language: Language) -> str:
    """Return a source as a link to where it was read."""
    return f'<a href="{escape(source.url)}" rel="noopener">{source_words(source, language)}</a>'


def source_line(sources: Sequence[Source], card: IndicatorCard, period: str, language: Language) -> str:
    """Return the line under every figure: publisher of what is shown, as-of date, licence."""
    publisher, license_words = credit(sources, card, language)
    parts = [f"{escape(text('source', language))} {escape(publisher)}"]
    if period:
        parts.append(f"{escape(text('as_of', language))} {escape(format_period(period, language))}")
    parts.append(escape(license_words))
    # A dot stays at the end of its line and never begins the next.
    return f'<p class="source">{"&nbsp;· ".join(parts)}</p>'


def fill_claim(filled: FilledClaim, field: str, language: Language) -> str:
    """Return a claim's title, sentence or doubt with its numbers written in this language."""
    return fill(pick(filled.claim, field, language), filled.written[language])


def spark_image(stretches: Stretches, name: str, ends: Sequence[str] = ()) -> str:
    """Return a small line as an image in the two colours of the themes, with the words at its ends under it."""
    import base64

    if sum(map(len, stretches)) < 2:
        return ""
    drawn = []
    for mode, tint in (("light", "#12436D"), ("dark", "#7FB3E0")):
        data = base64.b64encode(build_spark(stretches).replace("COLOUR", tint).encode()).decode()
        drawn.append(f'<img class="spark only-{mode}" alt="" src="data:image/svg+xml;base64,{data}">')
    words = "".join(f"<span>{escape(word)}</span>" for word in ends)
    under = f'<span class="ends">{words}</span>' if words else ""
    return f'<span class="sparks" title="{escape(name)}">{"".join(drawn)}{under}</span>'


@dataclass(frozen=True)
class StoryWords:
    """What a story's card says."""

    title: str
    summary: str
    theme: str
    measure: str
    stretches: Stretches
    href: str
    tags: Sequence[str]
    """What it belongs to and how strong its proof is, in a few words each."""


def finding_card(
    filled: FilledClaim,
    card: IndicatorCard,
    language: Language,
    stretches: Stretches,
    ends: Sequence[str],
    href: str,
    note: str = "",
) -> str:
    """Return a headline result as one link: level, finding, number, doubt, source, in the same glance."""
    claim = filled.claim
    number = filled.say_headline(language)
    unit = "" if card.unit.kind in ("percent", "money") else pick(card.unit, "title", language)
    key = filled.headline
    if key is not None and (key.operation is not None or key.indicator_code != claim.indicator):
        unit = ""
    period = (key.time_period if key else None) or filled.last_period
    name = pick(card.indicator, "title", language)
    long = ' class="long"' if len(number) > LONG_NUMBER else ""
    when = format_period(period, language)
    below = text("value_at", language, value=unit, period=when) if unit else when
    return (
        f'<a class="card" href="{escape(href)}"><p class="kicker">{level_mark(claim.result_level, language)}'
        f"{kind_mark(card, language)}"
        f'<span class="theme">{escape(pick(card.theme, "title", language))}</span></p>'
        f"<h3>{escape(fill_claim(filled, 'title', language))}</h3>"
        f'<div class="figure"><p class="number"><b{long}>{escape(number)}</b> <span>{escape(below)}</span></p>'
        f"{spark_image(stretches, name, ends)}</div>"
        f'<p class="told">{escape(fill_claim(filled, "sentence", language))}</p>'
        f"{change_notice(filled, language)}"
        f'<p class="doubt"><b>{escape(text("doubt", language))}</b> '
        f"{escape(fill_claim(filled, 'biggest_doubt', language))}</p>"
        f"{paragraph(note, 'context') if note else ''}"
        f'<p class="foot">{grade_mark(claim.grade, language)}</p>'
        f"{source_line(filled.sources, card, filled.last_period, language)}"
        f'<p class="go">{escape(text("see_proof", language, title=name))}</p></a>'
    )


def story_card(story: StoryWords, language: Language) -> str:
    """Return a story as one link, with a picture made of its own data."""
    tags = "".join(f"<span>{escape(words)}</span>" for words in story.tags)
    return (
        f'<a class="card story" href="{escape(story.href)}"><div class="picture">'
        f"{spark_image(story.stretches, story.measure)}<span>{escape(story.measure)}</span></div>"
        f'<p class="kicker">{escape(story.theme)}</p><h3>{escape(story.title)}</h3><p>{escape(story.summary)}</p>'
        f'<p class="tags">{tags}</p>'
        f'<p class="go">{escape(text("read_story", language))}</p></a>'
    )


def cards(items: Iterable[str]) -> str:
    """Return cards side by side at equal heights."""
    return f'<div class="cards">{"".join(items)}</div>'


def twin_sentence(filled: FilledClaim, field: str, language: Language) -> str:
    """Return a claim's text as HTML; each number tells on hover how the other language writes it."""
    other: Language = "en" if language == "zh-TW" else "zh-TW"
    words = escape(pick(filled.claim, field, language))

    def write(match: re.Match[str]) -> str:
        mine, twin = (escape(filled.written[tongue][match[1]]) for tongue in (language, other))
        return mine if mine == twin else f'<abbr title="{twin}">{mine}</abbr>'

    return close_han(PLACEHOLDER.sub(write, words))


def rival_explanations(claim: Claim, language: Language) -> list[str]:
    """Return the other explanations a claim names."""
    return claim.rival_explanations_zh_tw if language == "zh-TW" else claim.rival_explanations_en


def change_notice(filled: FilledClaim, language: Language) -> str:
    """Return what a claim said on the day it was checked, where an observation it rests on has changed since."""
    if not filled.changed:
        return ""
    checked = format_period(filled.claim.checked.isoformat(), language)
    lines = "".join(
        f"<li>{escape(text('was_now', language, was=was, now=filled.written[language][name]))}</li>"
        for name, was in filled.before[language].items()
    )
    title = escape(text("changed_since", language, day=checked))
    return f'<div class="changed" role="note"><b>{title}</b><ul>{lines}</ul></div>'


def claim_block(filled: FilledClaim, language: Language, href: str = "") -> str:
    """Return a claim inside a page: sentence, grade, reasons, doubt, rivals, outside verdict, way to its proof."""
    claim = filled.claim
    reasons = text("semicolon", language).join(text(f"reason_{code}", language) for code in claim.grade_reasons)
    proof = f' <a href="{href}">{escape(text("proof", language))}</a>' if href else ""
    lines = [
        f'<p class="sentence">{level_mark(claim.result_level, language)} '
        f"{twin_sentence(filled, 'sentence', language)}</p>",
        change_notice(filled, language),
        f'<p class="foot">{grade_mark(claim.grade, language)} <span class="muted">{escape(reasons)}</span>{proof}</p>',
        f'<p class="doubt"><b>{escape(text("doubt", language))}</b> '
        f"{twin_sentence(filled, 'biggest_doubt', language)}</p>",
    ]
    if rivals := rival_explanations(claim, language):
        items = "".join(f"<li>{escape(words)}</li>" for words in rivals)
        lines.append(f'<p class="doubt"><b>{escape(text("rivals", language))}</b></p><ul>{items}</ul>')
    if verdict := pick(claim, "independent_verdict", language):
        lines.append(f'<p class="doubt"><b>{escape(text("verdict", language))}</b> {escape(verdict)}</p>')
    return f'<section class="claim" id="claim-{escape(claim.id)}">{"".join(lines)}</section>'


def strip_marks(words: str) -> str:
    """Return a story's Markdown without its figure and claim marks."""
    return re.sub(r"^\{\{[^}]*\}\}$", "", words, flags=re.MULTILINE).strip()


def rich_paragraphs(words: str) -> str:
    """Return plain Markdown prose (paragraphs, lists, bold) as HTML."""
    blocks = []
    for block in re.split(r"\n\s*\n", words.strip()):
        body = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(block))
        if block.lstrip().startswith(("- ", "* ")):
            items = re.split(r"^\s*[-*] ", body, flags=re.MULTILINE)[1:]
            blocks.append("<ul>" + "".join(f"<li>{item.strip()}</li>" for item in items) + "</ul>")
        else:
            blocks.append(f"<p>{body}</p>")
    return "".join(blocks)


def definition_list(rows: Iterable[tuple[str, str]]) -> str:
    """Return terms and their descriptions; descriptions are HTML already.

    A term stands in a column of its own, so a colon it has within a line is left out.
    """
    items = (f"<div><dt>{escape(term.rstrip('：:'))}</dt><dd>{body}</dd></div>" for term, body in rows if body)
    return f"<dl>{''.join(items)}</dl>"


class Linked(NamedTuple):
    """A cell whose words lead to an address."""

    words: str
    href: str


def data_table(
    headings: Sequence[str], rows: Iterable[Sequence[str | Linked]], caption: str, numeric: Sequence[int] = ()
) -> str:
    """Return a real table with a caption; cells are escaped but for HTML of our own, numeric columns are set right."""
    head = "".join(
        f'<th scope="col"{_number_class(place, numeric)}>{escape(words)}</th>' for place, words in enumerate(headings)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_number_class(place, numeric)}>{_cell(cell)}</td>" for place, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str | Linked) -> str:
    if isinstance(cell, Linked):
        return f'<a href="{escape(cell.href)}">{escape(cell.words)}</a>'
    return cell if isinstance(cell, Html) else escape(cell)


def _number_class(place: int, numeric: Sequence[int]) -> str:
    return ' class="num"' if place in numeric else ""


def legend(steps: Sequence[tuple[str, str, int]], note: str, hatch: str | None) -> str:
    """Return a map's legend: colour, range in words and how many places fall in each class."""
    items = "".join(
        f'<li><i style="background:{tint}"></i><span>{escape(words)}</span><em>{count}</em></li>'
        for tint, words, count in steps
    )
    if hatch:
        items += f'<li><i class="hatch"></i><span>{escape(hatch)}</span></li>'
    return f'<div class="legend"><ul>{items}</ul><p>{escape(note)}</p></div>'


@dataclass(frozen=True)
class Span:
    """Where something lies on a timeline, in percent of its width."""

    left: float
    width: float


def place_span(start: str, end: str, first: str, last: str) -> Span:
    """Return where a span lies between the first and the last month of a timeline."""
    low, high = month_number(first) - 0.5, month_number(last) + 0.5
    begin = min(max(month_number(start) - 0.5, low), high)
    stop = min(max(month_number(end) + 0.5, begin), high)
    return Span(100 * (begin - low) / (high - low), max(100 * (stop - begin) / (high - low), 1.2))


def gantt_rows(
    plan: str,
    commitments: Sequence[Commitment],
    milestones: Mapping[str, Sequence[Milestone]],
    sources: Mapping[str, Source],
    language: Language,
    span: tuple[str, str],
) -> str:
    """Return the steps of a plan and of its commitments on a quiet timeline.

    Planned is a box, actual a bar, and a delay stands with its reason. ``milestones`` has the plan's own steps under
    the plan's code.
    """
    years = range(int(span[0][:4]), int(span[1][:4]) + 1)
    starts = {year: place_span(f"{year}-01", f"{year}-01", *span).left for year in years}
    # A year at the very end has no room for its name on a narrow screen.
    ticks = "".join(f'<span style="left:{left:.1f}%">{year}</span>' for year, left in starts.items() if left < 90)
    blocks = [f'<div class="gantt"><div class="axis" aria-hidden="true"><div class="track">{ticks}</div></div>']
    if own := milestones.get(plan, []):
        blocks.append(f"<h4>{escape(text('plan_itself', language))}</h4>")
        blocks += [_gantt_row(row, sources, language, span) for row in own]
    for commitment in commitments:
        blocks.append(f"<h4>{escape(commitment.number)} {escape(pick(commitment, 'title', language))}</h4>")
        steps = milestones.get(commitment.code, [])
        blocks += [_gantt_row(row, sources, language, span) for row in steps]
        if not steps:
            blocks.append(paragraph(text("no_milestones", language), "muted small"))
    return "".join(blocks) + "</div>"


def _gantt_row(row: Milestone, sources: Mapping[str, Source], language: Language, span: tuple[str, str]) -> str:
    bars = ""
    if row.due_date:
        planned = place_span(row.start_date or row.due_date, row.due_date, *span)
        bars += f'<i class="planned" style="left:{planned.left:.1f}%;width:{planned.width:.1f}%"></i>'
    late = delay_months(row)
    end = row.date_met or (row.status_date if row.status in ("met", "partiallyMet") else None)
    if end and row.status in ("met", "partiallyMet"):
        actual = place_span(row.start_date or end, end, *span)
        bars += f'<i class="actual {row.status}" style="left:{actual.left:.1f}%;width:{actual.width:.1f}%"></i>'
    if late and row.due_date:
        overdue = place_span(row.due_date, row.date_met or row.status_date or row.due_date, *span)
        bars += f'<i class="overdue" style="left:{overdue.left:.1f}%;width:{overdue.width:.1f}%"></i>'
    dates = [text("due", language) + " " + format_period(row.due_date, language)] if row.due_date else []
    if row.date_met:
        dates.append(text("met_on", language) + " " + format_period(row.date_met, language))
    if late:
        dates.append(text("late_by", language, months=late))
    words = [f'<p class="muted">{escape(" · ".join(dates) or text("no_date", language))}</p>']
    words.append(f"<p>{escape(pick(row, 'status', language))}</p>")
    for field in ("delay_reason", "next_step"):
        if found := pick(row, field, language):
            words.append(f"<p><b>{escape(text(field, language))}</b> {escape(found)}</p>")
    cited = [sources[code] for code in row.sources if code in sources]
    links = "".join(f"<li>{source_link(source, language)}</li>" for source in cited)
    return (
        f'<details class="step"><summary><span class="name">{escape(row.number)} {escape(pick(row, "title", language))}'
        f"</span>{state_mark(row.status, text(f'milestone_{row.status}', language))}"
        f'<span class="track" aria-hidden="true">{bars}</span></summary>{"".join(words)}<ul class="cited">{links}</ul>'
        "</details>"
    )


def gap_strip(dates: Sequence[str], day: dt.date, language: Language) -> str:
    """Return meetings as points on a line up to the reader's day, long stretches between them with their months.

    Since the last one no record was found; that is hatched and says so, because it does not mean nobody met.
    """
    last = max(day.isoformat(), dates[-1])
    span = f"{dates[0][:4]}-01", last[:7]
    points, words = "", ""
    for place, date in enumerate(dates):
        left = place_span(date, date, *span).left
        points += f'<i style="left:{left:.1f}%" title="{escape(format_period(date, language))}"></i>'
        if place and (gap := month_number(date) - month_number(dates[place - 1])) >= LONG_GAP:
            middle = (left + place_span(dates[place - 1], dates[place - 1], *span).left) / 2
            unit = text("months_gap", language, months=round(gap)).removeprefix(f"{gap:.0f}")
            words += f'<em style="left:{middle:.1f}%">{gap:.0f}<span>{escape(unit)}</span></em>'
    since = round(month_number(last) - month_number(dates[-1]))
    if since >= LONG_GAP:
        silent = place_span(dates[-1], last, *span)
        told = escape(text("no_record_found", language, months=since))
        where = f"left:{silent.left:.1f}%;width:{silent.width:.1f}%"
        points = f'<span class="silent" style="{where}"><b>{told}</b></span>{points}'
    starts = {
        year: place_span(f"{year}-01", f"{year}-01", *span).left for year in range(int(span[0][:4]), day.year + 1)
    }
    # A year at the very end has no room for its name on a narrow screen.
    ticks = "".join(f'<span style="left:{left:.1f}%">{year}</span>' for year, left in starts.items() if left < 90)
    return f'<div class="strip"><div class="track">{points}{words}</div><div class="axis track">{ticks}</div></div>'


def outcome_ladder(ladder: Mapping[str, Mapping[str, str]], language: Language, values: Mapping[str, str]) -> str:
    """Return what is known at each step from input to impact; an empty step says so."""
    items = []
    for level in LEVELS:
        words = ladder.get(level.value, {}).get(language, "")
        known = fill_story(words, values, language)
        body = escape(known) if known else f'<span class="muted">{escape(text("step_unknown", language))}</span>'
        items.append(
            f'<li class="{"known" if known else "empty"}">{level_mark(level.value, language)}<p>{body}</p></li>'
        )
    return f'<ol class="steps">{"".join(items)}</ol>'


def timeline(rows: Sequence[Mapping[str, str]], language: Language) -> str:
    """Return dated lines, oldest first."""
    items = "".join(
        f"<li><time>{escape(format_period(row['date'], language))}</time><span>{escape(row[language])}</span></li>"
        for row in sorted(rows, key=lambda row: row["date"])
    )
    return f'<ol class="timeline">{items}</ol>'


def paragraph(words: str, css: str = "") -> str:
    """Return a paragraph of plain words."""
    return f'<p class="{css}">{escape(words)}</p>' if css else f"<p>{escape(words)}</p>"


def tagged(words: str, language: Language) -> Html:
    """Return words of another language than the page's, marked so that they are read aloud right."""
    return Html(f'<span lang="{HTML_LANG[language]}">{escape(words)}</span>')
