import itertools
import tomllib

import pytest

from dashboard.palette import PALETTE, SEQUENTIAL, SERIES, Mode, base_layout, colour
from dashboard.settings import ROOT

MODES: tuple[Mode, ...] = ("light", "dark")
TEXT = ("ink", "muted", "accent", "second", "third", "fourth", "late")


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _channels(tint: str) -> list[float]:
    return [_linear(int(tint[start : start + 2], 16)) for start in (1, 3, 5)]


def _luminance(tint: str) -> float:
    red, green, blue = _channels(tint)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert _contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert _contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read(name: str, ground: str, mode: Mode) -> None:
    assert _contrast(colour(name, mode), colour(ground, mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SERIES)
def test_lines_and_bars_stand_out_from_the_paper(name: str, mode: Mode) -> None:
    assert _contrast(colour(name, mode), colour("paper", mode)) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_series_are_told_apart_by_colour(mode: Mode) -> None:
    tints = [colour(name, mode) for name in SERIES]
    assert len(set(tints)) == len(SERIES)


def _lightness(tint: str) -> float:
    light = _luminance(tint)
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light


@pytest.mark.parametrize("mode", MODES)
def test_neighbouring_classes_of_a_map_can_be_told_apart(mode: Mode) -> None:
    steps = [_lightness(tint) for tint in SEQUENTIAL[mode]]
    falls = [later - earlier for earlier, later in itertools.pairwise(steps)]
    assert all(step < 0 for step in falls) or all(step > 0 for step in falls), "lightness goes one way"
    assert min(abs(step) for step in falls) >= 8


@pytest.mark.parametrize("mode", MODES)
def test_the_first_class_of_a_map_differs_from_no_value(mode: Mode) -> None:
    assert SEQUENTIAL[mode][0] != colour("absent", mode)


@pytest.mark.parametrize("mode", MODES)
def test_figures_write_in_ink_and_muted(mode: Mode) -> None:
    layout = base_layout(mode)
    assert layout["font"]["color"] == colour("ink", mode)
    assert layout["xaxis"]["tickfont"]["color"] == layout["yaxis"]["tickfont"]["color"] == colour("muted", mode)


@pytest.mark.parametrize("mode", MODES)
def test_streamlit_is_configured_with_the_same_colours(mode: Mode) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]
    wanted = {
        "primaryColor": "accent",
        "backgroundColor": "paper",
        "textColor": "ink",
        "linkColor": "accent",
        "borderColor": "hairline",
    }
    assert {key: theme[key] for key in wanted} == {key: PALETTE[name][mode == "dark"] for key, name in wanted.items()}
    assert _contrast(theme["textColor"], theme["secondaryBackgroundColor"]) >= 4.5
