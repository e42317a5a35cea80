"""The palette everything shares, and the paper, type and quiet axes of every figure."""

from typing import Any, Literal

Mode = Literal["light", "dark"]

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#FBFAF7", "#11161C"),
    "card": ("#FFFFFF", "#182028"),
    "hairline": ("#E3E0D8", "#2A343F"),
    "ink": ("#1B2733", "#E8E6E1"),
    "muted": ("#55606B", "#A8B0B8"),
    "accent": ("#12436D", "#7FB3E0"),
    "second": ("#1F7F76", "#4CC2B8"),
    "third": ("#801650", "#E59AC4"),
    "fourth": ("#B4441C", "#F08A5D"),
    "late": ("#B4441C", "#F08A5D"),
    "quiet": ("#9AA3AB", "#66717C"),
    "absent": ("#EDEAE3", "#202A33"),
}
"""Every colour of the product: name → (light, dark)."""

SERIES = ("accent", "fourth", "second", "third")
DASHES = ("solid", "dash", "dot", "dashdot")
SEQUENTIAL: dict[Mode, tuple[str, ...]] = {
    "light": ("#DCE9F2", "#A9CBE3", "#6BA3CC", "#2F74AC", "#12436D"),
    "dark": ("#1D3A54", "#28577E", "#3B7BAE", "#6BA7D6", "#B5D7F2"),
}
FONT = "'Source Sans', 'Noto Sans TC', 'Noto Sans CJK TC', 'PingFang TC', 'Microsoft JhengHei', sans-serif"
HEIGHT = 400


def colour(name: str, mode: Mode) -> str:
    """Return a colour of the palette for the reader's theme."""
    return PALETTE[name][mode == "dark"]


def fade(hex_colour: str, opacity: float) -> str:
    """Return a colour with an opacity, as CSS writes it."""
    red, green, blue = (int(hex_colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def base_layout(mode: Mode, height: int = HEIGHT) -> dict[str, Any]:
    """Return what all figures share: paper, type, margins, quiet axes."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": colour("hairline", mode),
        "tickfont": {"color": colour("muted", mode), "size": 13},
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "template": "none",
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": colour("ink", mode)},
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": colour("card", mode),
            "bordercolor": colour("hairline", mode),
            "font": {"family": FONT, "size": 14, "color": colour("ink", mode)},
            "align": "left",
        },
        "xaxis": dict(axis),
        "yaxis": dict(axis) | {"showgrid": True, "gridcolor": colour("hairline", mode), "linecolor": "rgba(0,0,0,0)"},
    }
