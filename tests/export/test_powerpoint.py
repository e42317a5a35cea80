"""PowerPoint files read back: charts that can be edited, letters, fonts, sources, notes."""

import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from depth import some
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Pt

from dashboard.export.deck import Deck, build_deck, build_named, parse_languages
from dashboard.export.deck.powerpoint import write_pptx
from dashboard.export.shelf import Shelf
from dashboard.language import LANGUAGES, text

SITE = "https://outcomes.example.tw"
SHOWN = [
    "indicator:vdem_electoral_democracy",
    "indicator:godi_rank",
    "indicator:oversight_budget_share",
    "indicator:council_candidates",
    "indicator:open_data_downloads_by_county_per_100k",
    "indicator:internet_use_rate",
    "indicator:join_visits",
    "indicator:tribal_wifi_budget",
    "story:open-contracting",
]
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module", params=some(["both", "zh-TW", "en"], 3))
def made(request: pytest.FixtureRequest, shelf: Shelf) -> tuple[Deck, Any]:
    """Hold a deck of every kind of chart, and the file of it, in each choice of languages."""
    languages = parse_languages(request.param)
    items = [*SHOWN, *build_named(shelf.store, "overview", languages, shelf.day).items]
    deck = build_deck(shelf.store, items, languages, shelf.day)
    return deck, _open(deck)


def _open(deck: Deck) -> Any:
    return Presentation(io.BytesIO(write_pptx(deck, SITE)))


def _charts(page: Any) -> list[Any]:
    return [shape for shape in page.shapes if shape.has_chart]


def _words(page: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


def _properties(file: Any) -> Iterator[Any]:
    """Yield the properties of every run on every slide and in every chart."""
    for page in file.slides:
        yield from page._element.iter(f"{A}rPr")
        for shape in _charts(page):
            yield from shape.chart._chartSpace.iter(f"{A}defRPr")


def test_a_slide_for_each_finding_in_sixteen_to_nine(made: tuple[Deck, Any]) -> None:
    deck, file = made
    assert len(file.slides) == len(deck.slides) == 15
    assert abs(file.slide_width / file.slide_height - 16 / 9) < 0.001
    for slide, page in zip(deck.slides, file.slides, strict=True):
        titles = [shape for shape in page.placeholders if shape.placeholder_format.type == 1]
        assert len(titles) == 1
        plain = re.sub(r"\s", "", titles[0].text_frame.text)
        assert plain == re.sub(r"\s", "", "".join(slide.title[language] for language in deck.languages))


def test_charts_are_native(made: tuple[Deck, Any]) -> None:
    deck, file = made
    wanted = sum(slide.chart is not None for slide in deck.slides)
    drawn = sum(bool(_charts(page)) for page in file.slides)
    assert drawn == wanted >= 14
    pictures = [shape for page in file.slides for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert len(pictures) == len(deck.slides), "the only pictures are the square codes"


def test_workbooks_hold_the_values_of_the_data_file(made: tuple[Deck, Any], shelf: Shelf) -> None:
    deck, file = made
    compared = 0
    for slide, page in zip(deck.slides, file.slides, strict=True):
        if slide.chart is None:
            continue
        rows = shelf.rows(slide.chart.indicator)
        known = set(rows["obs_value"].dropna())
        drawn = [point.value for series in slide.chart.series for point in series.points if point.value is not None]
        held: list[float] = []
        for shape in _charts(page):
            book = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))
            sheet = book["Sheet1"]
            values = [cell for row in sheet.iter_rows(min_row=2, min_col=2, values_only=True) for cell in row]
            held += [value for value in values if value is not None]
            cached = [value for plot in shape.chart.plots for series in plot.series for value in series.values]
            assert [value for value in cached if value is not None] and set(values) == set(cached)
            table = list(book["data"].iter_rows(values_only=True))
            place = table[0].index("obs_value")
            assert {row[place] for row in table[1:] if row[place] is not None} <= known
        assert sorted(held) == sorted(drawn)
        assert set(held) <= known
        compared += len(held)
    assert compared > 400


@pytest.mark.parametrize(
    ("code", "languages", "codes"),
    [
        ("citizen_air_sensors", "en", {'"≥"#,##0'}),
        ("open_tender_awards_by_call", "en", {'"≤"#,##0'}),
        ("ereferendum_costs", "en", {'"≥""NT$"#,##0.0,," m"'}),
        ("ereferendum_costs", "zh-TW", {'[=0]"≥"0;[>=10000000]"≥"0\\,000\\.0,"萬";"≥"0\\.0,"萬"'}),
    ],
    ids=["line", "bars", "money", "money with several formats"],
)
def test_a_bound_has_its_sign_in_the_chart_and_in_its_workbook(
    code: str, languages: str, codes: set[str], shelf: Shelf
) -> None:
    deck = build_deck(shelf.store, [f"indicator:{code}"], parse_languages(languages), shelf.day)
    (shape,) = [shape for page in _open(deck).slides for shape in _charts(page)]
    (series,) = shape.chart.plots[0].series
    drawn = {point.get("formatCode") for point in series._element.iter(f"{C}pt")} - {None}
    sheet = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
    held = {cell.number_format for (cell,) in sheet.iter_rows(min_row=2, min_col=2, max_col=2)}
    assert drawn == held == codes
    labels = {label.get("formatCode") for label in series._element.iter(f"{C}numFmt")}
    assert codes <= labels, "labels have it too, for programs that follow those only"


def test_no_letters_are_smaller_than_twelve_points(made: tuple[Deck, Any]) -> None:
    _, file = made
    sizes = [int(properties.get("sz")) for properties in _properties(file) if properties.get("sz")]
    assert len(sizes) > 200
    assert min(sizes) >= 1200
    for page in file.slides:
        for shape in page.shapes:
            if shape.has_text_frame:
                for paragraph in shape.text_frame.paragraphs:
                    assert all(run.font.size is not None and run.font.size >= Pt(12) for run in paragraph.runs)


def test_the_east_asian_font_is_named_everywhere(made: tuple[Deck, Any]) -> None:
    _, file = made
    for page in file.slides:
        for run in page._element.iter(f"{A}r"):
            face = run.find(f"{A}rPr/{A}ea")
            assert face is not None and face.get("typeface") == "Microsoft JhengHei"
        for shape in _charts(page):
            faces = [face.get("typeface") for face in shape.chart._chartSpace.iter(f"{A}ea")]
            assert faces and set(faces) == {"Microsoft JhengHei"}


def test_every_chart_and_picture_has_a_text_alternative(made: tuple[Deck, Any]) -> None:
    _, file = made
    for page in file.slides:
        for shape in page.shapes:
            if shape.has_chart or shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
                assert len(shape._element.xpath(".//p:cNvPr")[0].get("descr", "")) > 20


def test_every_slide_has_source_date_grade_link_and_level_in_both_languages(made: tuple[Deck, Any]) -> None:
    deck, file = made
    for slide, page in zip(deck.slides, file.slides, strict=True):
        words = _words(page)
        for language in deck.languages:
            assert text("source", language) in words
            assert slide.grade_words[language] in words
            assert text("as_of", language) in words
        assert (slide.published in words) or slide.as_of[deck.languages[0]] in words
        assert f"outcomes.example.tw{slide.path}" in words
        level = " ".join(text(f"level_{slide.level}", language) for language in LANGUAGES)
        assert level in words
        links = [run.hyperlink.address for shape in page.shapes if shape.has_text_frame
                 for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip
        address = f"{SITE}{slide.path}?lang={deck.languages[0]}&asof={deck.day.isoformat()}"
        assert address in links, "the view with the data of the deck's day"
        (code,) = [shape for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
        assert address in code._element.xpath(".//p:cNvPr")[0].get("descr")


def test_notes_hold_definition_doubt_and_questions(made: tuple[Deck, Any]) -> None:
    deck, file = made
    for slide, page in zip(deck.slides, file.slides, strict=True):
        notes = page.notes_slide.notes_text_frame.text
        for language in deck.languages:
            assert text("definition", language) in notes
            assert slide.doubt[language].split("\n")[0] in notes
            assert all(card.question[language] in notes for card in slide.questions)


def test_what_is_cut_is_not_joined_and_what_is_uncertain_looks_different(shelf: Shelf) -> None:
    items = ["indicator:join_visits", "indicator:tribal_wifi_budget", "indicator:vdem_electoral_democracy"]
    deck = build_deck(shelf.store, items, ["en"], shelf.day)
    cut, forecast, interval = Presentation(io.BytesIO(write_pptx(deck))).slides
    (chart,) = [shape.chart for shape in _charts(cut)]
    stretches = [[value for value in series.values if value is not None] for series in chart.plots[0].series]
    assert len(stretches) > 1, "a break cuts the line"
    assert sum(map(len, stretches)) == sum(point.value is not None for point in deck.slides[0].chart.series[0].points)
    (bars,) = [shape.chart for shape in _charts(forecast)]
    assert [dash.get("val") for dash in bars._chartSpace.iter(f"{A}prstDash")] == ["dash"]
    (lines,) = [shape.chart for shape in _charts(interval)]
    assert len(list(lines._chartSpace.iter(f"{C}errBars"))) == 1, "the nation's interval, and no other's"


@pytest.mark.parametrize(
    ("item", "language", "code"),
    [
        ("indicator:fraud_losses_five_months", "zh-TW", '[=0]0;[>=100000000000]0\\,000\\.00,,"億";0\\.00,,"億"'),
        ("indicator:fraud_losses_five_months", "en", '"NT$"#,##0.0,,," bn"'),
        ("indicator:procurement_open_share_count", "en", '#,##0.00"%"'),
        ("indicator:same_sex_marriages", "zh-TW", "#,##0"),
    ],
)
def test_numbers_have_formats_both_office_programs_read(item: str, language: Any, code: str, shelf: Shelf) -> None:
    deck = build_deck(shelf.store, [item], [language], shelf.day)
    (page,) = Presentation(io.BytesIO(write_pptx(deck))).slides
    formats = {element.text for element in _charts(page)[0].chart._chartSpace.iter(f"{C}formatCode")}
    assert code in formats


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("procurement_awards_value", '[=0]0;[>=100000000000]0\\,00,,,"0億";0,,,"0億"'),
        ("join_visits", '[=0]0;[>=10000000]0\\,0,,"00萬";0,,"00萬"'),
        ("universal_service_subsidy", '[=0]0;[>=100000000000]0\\,000\\.00,,"億";0\\.00,,"億"'),
    ],
)
def test_a_chinese_axis_has_no_decimals_its_ticks_do_not_need(code: str, written: str, shelf: Shelf) -> None:
    deck = build_deck(shelf.store, [f"indicator:{code}"], ["zh-TW"], shelf.day)
    (page,) = Presentation(io.BytesIO(write_pptx(deck))).slides
    axis = _charts(page)[0].chart.value_axis
    assert axis.tick_labels.number_format == written
    step = 1e9 if "億" in written else 1e6
    whole = axis.major_unit % step == 0 and axis.minimum_scale % step == 0
    assert whole == (".00" not in written), "a last zero that is a letter must be one of every tick"


def test_the_same_deck_is_the_same_file(shelf: Shelf) -> None:
    files = [write_pptx(build_named(shelf.store, "overview", ["en"], shelf.day), SITE) for _ in range(2)]
    assert files[0] == files[1]


def test_without_an_address_of_the_site_there_is_a_path_and_no_code(shelf: Shelf) -> None:
    (page,) = Presentation(io.BytesIO(write_pptx(build_deck(shelf.store, SHOWN[:1], ["en"], shelf.day)))).slides
    assert "/indicator/vdem_electoral_democracy" in _words(page)
    assert not [shape for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
