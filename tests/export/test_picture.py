import struct
import tomllib
from dataclasses import replace
from typing import get_args

import pytest
from depth import some
from file_reading import Picture, read_picture

from dashboard import views
from dashboard.exceptions import UnknownCodeError
from dashboard.export.canvas import write_png
from dashboard.export.fonts import measure
from dashboard.export.picture import draw_claim, draw_indicator, draw_story
from dashboard.export.sheet import SIZES, Size
from dashboard.export.shelf import Shelf
from dashboard.language import HTML_LANG, LANGUAGES, Language, close_han, format_period, pick, text
from dashboard.maps import DIVERGING
from dashboard.markup import fill_claim
from dashboard.models import TOTAL, Source
from dashboard.palette import SEQUENTIAL
from dashboard.rows import cite_rows, split_sources
from dashboard.settings import ROOT
from dashboard.views import Selection

THEMES = list(tomllib.loads((ROOT / "data" / "themes.toml").read_text(encoding="utf-8")))
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
in_every_size = pytest.mark.parametrize("size", get_args(Size))


def squeeze(words: str) -> str:
    return "".join(close_han(words).split())


def check_sheet(picture: Picture, size: Size) -> None:
    """Check that a picture has its size, and that every line of text lies on it."""
    width, height = SIZES[size]
    assert (picture.root.attrib["width"], picture.root.attrib["height"]) == (str(width), str(height))
    for line in picture.lines:
        assert -0.5 <= line.x <= width + 0.5, line
        assert (
            line.x + measure(line.words, line.size) <= width + 0.5
            or line.x + measure(line.words, line.size, bold=True) <= width + 12
        ), line
        assert 8 <= line.y <= height, line
        assert line.size >= 10, line


def _credited(shelf: Shelf, code: str) -> Source:
    """Return the source of the latest value an indicator's picture shows."""
    card = shelf.cards[code]
    return cite_rows(shelf.select(views.complete(Selection(code), card, shelf.rows(code), shelf.places)), card)[0]


@pytest.mark.parametrize("theme", THEMES)
def test_every_indicator_has_a_picture_with_its_words_inside(theme: str, shelf: Shelf) -> None:
    chosen = [card for card in shelf.cards.values() if card.indicator.theme == theme]
    for place, card in enumerate(some(chosen, 5)):
        code, language = card.indicator.code, LANGUAGES[place % 2]
        size: Size = ("card", "square", "wide")[place % 3]
        picture = read_picture(draw_indicator(shelf, Selection(code), language, size))
        check_sheet(picture, size)
        assert squeeze(pick(_credited(shelf, code), "publisher", language))[:12] in picture.squeezed, code
        assert text("product", language) in picture.words, code
        assert squeeze(pick(card.unit, "title", language))[:20] in picture.squeezed, code


@in_every_size
@in_both_languages
def test_a_picture_says_finding_measure_filters_source_date_and_licence(
    language: Language, size: Size, shelf: Shelf
) -> None:
    card = shelf.cards["cpi_score"]
    finding = views.find_claim(shelf.claims.values(), "cpi_score")
    assert finding is not None
    svg = draw_indicator(shelf, Selection("cpi_score"), language, size)
    picture = read_picture(svg)
    check_sheet(picture, size)
    source = _credited(shelf, "cpi_score")
    for words in (
        fill_claim(finding, "title", language),
        pick(card.indicator, "title", language),
        pick(card.unit, "title", language),
        pick(source, "publisher", language),
        pick(card.licenses[source.license], "title", language),
        "/indicator/cpi_score",
        "2012",
        "2025",
        text("axis_not_zero", language),
    ):
        assert squeeze(words) in picture.squeezed
    assert picture.root.attrib["lang"] == HTML_LANG[language]
    assert picture.root[0].text == fill_claim(finding, "title", language)
    assert pick(source, "publisher", language) in (picture.root[1].text or "")


@in_every_size
def test_a_png_has_exactly_its_pixels(size: Size, shelf: Shelf) -> None:
    png = write_png(draw_indicator(shelf, Selection("procurement_open_share_count"), "en", size))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == SIZES[size]
    assert len(png) < 400_000


def test_the_same_rows_give_the_same_bytes(shelf: Shelf) -> None:
    first, second = (draw_indicator(shelf, Selection("cpi_score"), "zh-TW", "card") for _ in range(2))
    assert first == second
    assert write_png(first) == write_png(second)


def test_a_line_has_a_point_for_every_value(shelf: Shelf) -> None:
    code = "procurement_open_share_count"
    picture = read_picture(draw_indicator(shelf, Selection(code), "en", "card"))
    assert picture.count("circle") == shelf.rows(code)["obs_value"].notna().sum()


def test_bars_are_as_long_as_their_values(shelf: Shelf) -> None:
    code = "political_donation_audit_rate"
    values = split_sources(shelf.rows(code), shelf.cards[code])[0]["obs_value"].tolist()
    picture = read_picture(draw_indicator(shelf, Selection(code), "en", "card"))
    accent = [
        float(bar.attrib["width"])
        for bar in picture.root
        if bar.attrib.get("fill") == "#12436D" and "width" in bar.attrib
    ]
    bars = sorted(accent)[-len(values) :]
    assert [round(bar / max(bars), 3) for bar in bars] == [round(value / max(values), 3) for value in sorted(values)]


def test_another_selection_has_the_measure_as_title_and_names_its_place(shelf: Shelf) -> None:
    chosen = Selection("same_sex_marriages", areas=("TW-TPE",))
    picture = read_picture(draw_indicator(shelf, chosen, "en", "card"))
    assert picture.root[0].text == shelf.cards["same_sex_marriages"].indicator.title_en
    assert "Taipei City" in picture.words


@in_both_languages
@pytest.mark.parametrize("level", ["county", "township"])
def test_a_map_has_a_shape_for_every_place_and_counts_that_add_up(level: str, language: Language, shelf: Shelf) -> None:
    asked = Selection("voting_age_yes_share", level=level)
    picture = read_picture(draw_indicator(shelf, asked, language, "card"))
    check_sheet(picture, "card")
    whole = views.complete(asked, shelf.cards[asked.code], shelf.rows(asked.code), shelf.places)
    rows = shelf.select(whole)
    classes = [
        shape for shape in picture.root if shape.attrib.get("fill") in SEQUENTIAL["light"] and "d" in shape.attrib
    ]
    assert len(classes) == rows["obs_value"].notna().sum()
    top = shelf.cards[asked.code].format(rows["obs_value"].max(), language)
    assert top in picture.words
    assert squeeze(text("moved_islands", language))[:20] in picture.squeezed
    assert squeeze(text("boundaries", language)) in picture.squeezed


@in_both_languages
def test_a_map_of_changes_by_people_says_what_it_compares(language: Language, shelf: Shelf) -> None:
    code = "women_share_of_councillors_elected"
    asked = Selection(code, level="county", part=TOTAL, period="2022", since="2014", by="people")
    picture = read_picture(draw_indicator(shelf, asked, language, "card"))
    check_sheet(picture, "card")
    tinted = [shape.attrib["fill"] for shape in picture.root if "d" in shape.attrib]
    assert sum(tint in DIVERGING["light"] for tint in tinted) == 22
    now, then = (shelf.select(replace(asked, period=period, since=None)) for period in ("2022", "2014"))
    change = (now.set_index("ref_area")["obs_value"] - then.set_index("ref_area")["obs_value"]).max()
    assert f"+{change:.1f}" in picture.words
    compared = [format_period(period, language) for period in ("2014", "2022")]
    assert squeeze(text("swing_filters", language, then=compared[0], now=compared[1])) in picture.squeezed
    assert squeeze(text("people_circles", language))[:20] in picture.squeezed


def test_a_place_without_a_value_is_hatched_and_counted(shelf: Shelf) -> None:
    code = next(
        card.indicator.code
        for card in shelf.cards.values()
        if card.unit.kind == "percent"
        and 1 < shelf.rows(card.indicator.code)["ref_area"].str.startswith("TW-").sum() < 22
    )
    picture = read_picture(draw_indicator(shelf, Selection(code, level="county"), "en", "square"))
    assert "No value" in picture.words


@in_both_languages
def test_every_claim_has_a_picture_with_number_grade_and_doubt(language: Language, shelf: Shelf) -> None:
    for place, (claim_id, filled) in enumerate(shelf.claims.items()):
        if place % 4 != LANGUAGES.index(language):
            continue
        size: Size = "square" if place % 8 < 4 else "card"
        picture = read_picture(draw_claim(shelf, claim_id, language, size))
        check_sheet(picture, size)
        claim = filled.claim
        assert squeeze(fill_claim(filled, "title", language)) in picture.squeezed, claim_id
        assert f"{claim.grade} {text(f'grade_{claim.grade}', language)}" in picture.words, claim_id
        if claim.headline:
            assert squeeze(filled.written[language][claim.headline]) in picture.squeezed, claim_id
        assert squeeze(fill_claim(filled, "biggest_doubt", language))[:16] in picture.squeezed, claim_id


@in_both_languages
def test_every_story_has_a_picture_of_its_leading_chart(language: Language, shelf: Shelf) -> None:
    for slug, story in shelf.stories.items():
        picture = read_picture(draw_story(shelf, slug, language, "card"))
        check_sheet(picture, "card")
        title = shelf.fill_story(story, pick(story, "title", language), language)
        assert squeeze(title)[:24] in picture.squeezed, slug
        assert "{" not in picture.words, slug


def test_what_is_not_there_is_named(shelf: Shelf) -> None:
    for draw in (draw_claim, draw_story):
        with pytest.raises(UnknownCodeError):
            draw(shelf, "nothing", "en", "card")
    with pytest.raises(UnknownCodeError):
        draw_indicator(shelf, Selection("nothing"), "en", "card")
    with pytest.raises(UnknownCodeError):
        draw_indicator(shelf, Selection("cpi_score", areas=("nowhere",)), "en", "card")
