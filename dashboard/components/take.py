"""Take it away: the files of a view, its picture, and the pack around it, as one row of links."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard.components.reader import Reader, kept, show_html
from dashboard.export.files import FORMS
from dashboard.markup import escape
from dashboard.models import CaseStudy
from dashboard.queries import FilledClaim

PICTURES = (("png", "card", "png"), ("png", "square", "square"), ("svg", "card", "svg"))
"""Form, size and text of every picture offered."""


def _tail(reader: Reader, query: dict[str, Any], **more: str) -> str:
    rest = {name: value for name, value in query.items() if name != "areas" and value is not None}
    day = {"asof": reader.day.isoformat()} if reader.dated else {}
    kept_day = {"lang": reader.language, **day, "place": query.get("areas") or []}
    return urlencode({**kept_day, **rest, **more}, doseq=True)


def _button(address: str, words: str) -> str:
    return f'<a class="button" href="{escape(address)}" download>{words}</a>'


def _pack(reader: Reader, kind: str, key: str) -> list[str]:
    return [_button(f"/pack/{kind}/{key}.zip?{_tail(reader, {})}", reader.html("download_pack"))]


def _tables(reader: Reader, code: str, query: dict[str, Any]) -> list[str]:
    tail = _tail(reader, query)
    return [_button(f"/data/{code}.{form}?{tail}", reader.html(f"download_{form}")) for form in FORMS]


def _pictures(reader: Reader, kind: str, key: str, query: dict[str, Any]) -> list[str]:
    return [
        _button(f"/picture/{kind}/{key}.{form}?{_tail(reader, query, size=size)}", reader.html(f"download_{words}"))
        for form, size, words in PICTURES
    ]


def _show_row(reader: Reader, groups: Sequence[Sequence[str]], note: str = "take_away_note") -> None:
    """Show groups of links with a label and one sentence on what the files hold."""
    inner = "".join(f'<span class="group">{"".join(group)}</span>' for group in groups)
    below = f'<p class="muted small">{reader.html(note)}</p>'
    label = reader.html("take_away")
    show_html(f'<div class="take" role="group" aria-label="{label}"><b>{label}</b>{inner}</div>{below}')


@kept
def show_downloads(reader: Reader, code: str, query: dict[str, Any]) -> None:
    """Show links to the rows of exactly this view, its picture, and the pack of its indicator."""
    pack = _pack(reader, "indicator", code)
    _show_row(reader, (_tables(reader, code, query), _pictures(reader, "indicator", code, query), pack))


@kept
def show_claim_downloads(reader: Reader, filled: FilledClaim) -> None:
    """Show links to the series a claim stands in, the claim's picture, and the pack of its indicator."""
    claim = filled.claim
    part = next((key.breakdown for key in filled.keys if key.indicator_code == claim.indicator), None)
    tables = _tables(reader, claim.indicator, {"areas": [claim.ref_area], "part": part})
    _show_row(reader, (tables, _pictures(reader, "claim", claim.id, {}), _pack(reader, "indicator", claim.indicator)))


@kept
def show_story_downloads(reader: Reader, story: CaseStudy) -> None:
    """Show links to a story's picture and to its pack, which holds every table it rests on."""
    groups = (_pictures(reader, "story", story.slug, {}), _pack(reader, "story", story.slug))
    _show_row(reader, groups, "take_away_story")
