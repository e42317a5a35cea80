"""The chart of a slide as SVG for a page: the page's own figure, with live text and colours that follow the theme.

Pictures for other places carry outlines of letters and one theme (``export.canvas``); here the browser has fonts, and
the one who presents may switch to dark.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from dashboard import views
from dashboard.axes import position_period
from dashboard.export.canvas import Anchor, Box, Canvas, Point
from dashboard.export.deck.charts import say_point
from dashboard.export.deck.model import Chart, Words
from dashboard.export.deck.scales import clear_side
from dashboard.export.fonts import measure, wrap
from dashboard.export.plot import draw_figure
from dashboard.export.shelf import Shelf
from dashboard.figures import build_figure, choose_chart
from dashboard.language import Language, period_end, text
from dashboard.maps import full_name
from dashboard.palette import PALETTE, colour
from dashboard.queries import IndicatorCard

NAMES = {light.upper(): name for name, (light, _) in reversed(PALETTE.items())}
"""Light colours and the variables of the stylesheet that stand for them."""
JOINT = " / "
"""Stands between the two languages of a label; a middle dot would be set wide among Han letters."""
ROW_PIXELS = 27
"""Height a bar needs for its name to be read, in pixels of a page."""


@dataclass(frozen=True)
class Format:
    """Size of a drawing and how many of its units a pixel of a page becomes."""

    name: str
    width: int
    height: int
    scale: float


SCALE = 1.75
"""Of a drawing beside the number on a screen; letters are about 19 pixels high where a slide is 1280 wide."""
LOWEST, HIGHEST = 190, 420
"""Between which the height of such a drawing lies, for a width of a thousand."""
ENDS = 0.44
"""Share of the width that value and name at the end of a line may take."""
ON_AXIS = 0.2
"""Share of the height under which a point has no room for its value between itself and the axis."""
EVENT_ROOM = 0.88
"""Share of the width that the plot and what is right of it take."""
SHORT = {" billion": " bn", " million": " m"}
NARROW = Format("narrow", 360, 300, 1.0)
"""On a telephone held upright."""


class LiveCanvas(Canvas):
    """A sheet whose words stay text and whose colours are the stylesheet's variables."""

    def text(
        self, at: Point, words: str, size: float, fill: str, *, bold: bool = False, anchor: Anchor = "start"
    ) -> float:
        """Write one line with its baseline at a point and return its width."""
        if anchor == "start" and words.startswith(" "):
            # A browser drops a space at the beginning.
            gap = measure(" ", size, bold=bold)
            return gap + self.text((at[0] + gap, at[1]), words.lstrip(), size, fill, bold=bold)
        weight = ' font-weight="700"' if bold else ""
        self.parts.append(
            f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:.4g}" text-anchor="{anchor}" '
            f'fill="{fill}"{weight}>{escape(words)}</text>'
        )
        return measure(words, size, bold=bold)

    def write_live(self, name: str, description: str) -> str:
        """Return the drawing as an element of a page."""
        body = re.sub(
            r'(fill|stroke)="(#[0-9A-Fa-f]{6})"',
            lambda match: f'{match[1]}="var(--{NAMES[match[2].upper()]})"' if match[2].upper() in NAMES else match[0],
            "".join(self.parts),
        )
        return (
            f'<svg class="{name}" viewBox="0 0 {self.width} {self.height}" role="img" preserveAspectRatio="xMinYMid" '
            f"aria-label={quoteattr(description)}>{body}</svg>"
        )


@dataclass(frozen=True)
class Drawing:
    """A chart drawn for both formats, and what its axis and marks mean."""

    svg: str
    marks: Words


def draw_chart(shelf: Shelf, chart: Chart, languages: Sequence[Language], ratio: float) -> Drawing:
    """Return a chart drawn for a screen and for a telephone; in two languages every label has both.

    One figure serves both formats: labels kept apart on the lower one stand far enough apart on the other.

    Args:
        shelf: the catalogue the chart was built from.
        chart: what to draw.
        languages: those shown.
        ratio: height of the room on a screen for a width of one, so that letters need not shrink to fit.
    """
    form = Format("wide", 1000, int(min(max(1000 * ratio, LOWEST), HIGHEST)), SCALE)
    figures = [_build(shelf, chart, language, form) for language in languages]
    marks: Words = {
        language: explain_marks(shelf, chart, figure, language)
        for language, figure in zip(languages, figures, strict=True)
    }
    for other in figures[1:]:
        _join_labels(figures[0], other)
    _join_lines(figures[0], (form, NARROW))
    _shorten_ends(figures[0], form)
    words = " ".join(chart.alt[language] for language in languages)
    return Drawing("".join(_draw(figures[0], each, words) for each in (form, NARROW)), marks)


def _draw(figure: Any, form: Format, words: str) -> str:
    canvas = LiveCanvas(form.width, form.height)
    margin = 2 * form.scale
    box = Box(margin, margin, form.width - 2 * margin, form.height - 2 * margin)
    draw_figure(canvas, figure, box, form.scale, colour("paper", "light"))
    return canvas.write_live(form.name, words)


def explain_marks(shelf: Shelf, chart: Chart, figure: Any, language: Language) -> str:
    """Return what the axis and the marks of a chart mean, for those that are there, and what found no room."""
    card = shelf.cards[chart.indicator]
    said = views.list_chart_notes(chart.frame, card, figure.to_plotly_json(), language, "crosses")
    if choose_chart(chart.frame, card) in ("bar_parts", "bar_places"):
        drawn, count = len(figure.data[0].x), views.count_bars(chart.frame, card)
        said += [text("bars_left_out", language, shown=drawn, count=count)] if drawn < count else []
    return (" " if language == "en" else "").join(said)


def _build(shelf: Shelf, chart: Chart, language: Language, form: Format) -> Any:
    high = form.height / form.scale
    names = {code: full_name(shelf.places, code, language) for code in set(chart.frame["ref_area"])}
    figure = build_figure(
        chart.frame,
        shelf.cards[chart.indicator],
        language,
        "light",
        names,
        highlight=views.list_highlights(chart.areas),
        height=int(high) + 31,
        most=max(3, int(high / ROW_PIXELS)),
    )
    if chart.told:
        _label_told(figure, chart, shelf.cards[chart.indicator], language)
    return figure


def _label_told(figure: Any, chart: Chart, card: IndicatorCard, language: Language) -> None:
    """Write the value of the number set large beside its point, where the line leaves room.

    Under a point that lies nearly on the axis stand the periods; there it is left out, for it stands beside the chart.
    """
    points = [point for point in chart.series[0].points if point.value is not None]
    place = next(place for place, point in enumerate(points) if point.period == chart.told)
    side = clear_side(points, place, flipped=chart.unit_kind == "rank")
    bottom, top = figure.layout.yaxis.range
    if side == "b" and abs((points[place].value or 0.0) - bottom) < ON_AXIS * abs(top - bottom):
        return
    figure.add_annotation(
        x=position_period(chart.told, mixed=any(len(period_end(point.period)) > 4 for point in points)),
        y=points[place].value,
        text=f"<b>{say_point(card, points[place])[language]}</b>",
        showarrow=False,
        xanchor={"l": "right", "r": "left"}.get(side, "center"),
        xshift={"l": -8, "r": 8}.get(side, 0),
        yshift={"b": -15, "t": 15}.get(side, 9),
        font={"size": 14, "color": colour("accent", "light")},
    )


def join_words(first: str, second: str, joint: str = JOINT) -> str:
    """Return both of two labels, or one where it says all: ``2022 年`` and ``2022`` are ``2022``."""
    if first == second or second in first:
        return second
    # The other language names the currency.
    first = re.sub(r"新臺幣 ([\d.,]+ ?[萬億兆]?) ?元", lambda match: match[1].strip(), first)
    bold_first, bold_second = re.match(r"<b>(.*?)</b>", first), re.match(r"<b>(.*?)</b>", second)
    if bold_first and bold_second:
        rest = first[bold_first.end() :].strip(), second[bold_second.end() :].strip()
        after = f" {join_words(*rest)}" if any(rest) else ""
        return f"<b>{join_words(bold_first[1], bold_second[1])}</b>{after}"
    return f"{first}{joint}{second}"


def _join_lines(figure: Any, forms: Sequence[Format]) -> None:
    """Write an event in one line where there is room: its second one would stand among the values of a low drawing."""
    low, high = figure.layout.xaxis.range or (0, 1)
    for note in figure.layout.annotations:
        if note.yref == "paper" and "<br>" in note.text:
            line, at = note.text.replace("<br>", " "), (note.x - low) / (high - low)
            share = EVENT_ROOM * (1 - at if note.xanchor == "left" else at)
            if all(measure(line, note.font.size * form.scale) <= share * form.width for form in forms):
                note.text = line


def _shorten_ends(figure: Any, form: Format) -> None:
    """Shorten what stands at the ends of lines until it leaves them room, all of it alike.

    First units, then one of two languages' values, then the values; at last names are cut.
    """
    notes = [note for note in figure.layout.annotations if note.yref != "paper" and note.xanchor == "left"]
    ends = [(note, found) for note in notes if (found := re.fullmatch(r"<b>(.*?)</b> (.*)", note.text))]
    for step in range(4):
        for note, found in ends:
            note.text = _shorten_end(found[1], found[2], step)
        if all(_fits(note, form) for note, _ in ends):
            return
    for note, found in ends:
        note.text = f"<b>{wrap(found[2], note.font.size * form.scale, ENDS * form.width, most=1, bold=True)[0]}</b>"


def _shorten_end(value: str, name: str, step: int) -> str:
    if step == 0:
        return f"<b>{value}</b> {name}"
    value = re.sub("|".join(SHORT), lambda match: SHORT[match[0]], value)
    return f"<b>{name}</b>" if step == 3 else f"<b>{value.split(JOINT)[-1] if step == 2 else value}</b> {name}"


def _fits(note: Any, form: Format) -> bool:
    return measure(re.sub("</?b>", "", note.text), note.font.size * form.scale, bold=True) <= ENDS * form.width


def _join_labels(figure: Any, other: Any) -> None:
    """Put the labels of another language's figure beside those of a figure; both come from the same rows."""
    for note, twin in zip(figure.layout.annotations, other.layout.annotations, strict=True):
        note.text = join_words(note.text, twin.text).replace("<br>", " ")  # two lines of each would not find room
    bars = any(trace.type == "bar" for trace in figure.data)
    for axis in ("xaxis", "yaxis"):
        own, twin = figure.layout[axis].ticktext, other.layout[axis].ticktext
        if own is not None:
            joint = "<br>" if axis == "yaxis" and bars else JOINT
            figure.layout[axis].ticktext = [
                join_words(a, b.replace("<br>", " "), joint) for a, b in zip(own, twin, strict=True)
            ]
    for trace, twin in zip(figure.data, other.data, strict=True):
        if trace.name and twin.name:
            trace.name = join_words(trace.name, twin.name)
        for field in ("text", "y"):
            own, words = trace[field], twin[field]
            if own is not None and len(own) and all(isinstance(value, str) for value in own):
                trace[field] = [join_words(a, b) for a, b in zip(own, words, strict=True)]
