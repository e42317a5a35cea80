"""A story on a day before all of its numbers were public says so; no placeholder reaches a reader."""

import datetime as dt
import io
import json
import re
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from client import HOST, Client
from depth import some

from dashboard.catalog import today
from dashboard.evidence import STORY_PLACEHOLDER
from dashboard.export import pack
from dashboard.language import LANGUAGES, Language, text
from dashboard.queries import get_publication_days
from dashboard.reading import story_values
from dashboard.store import Store
from dashboard.web import kept
from dashboard.web.addresses import embed_path, share_path
from dashboard.web.api.endpoints import BASE
from dashboard.web.edition import load_holdings

UNREAD = re.compile(r"<(script|style)\b.*?</\1>|<pre\b.*?</pre>", re.DOTALL)
"""Parts of a page whose braces are a notation: descriptions for machines, and the entry for BibTeX."""
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def days(site: Store) -> list[dt.date]:
    return get_publication_days(site, today())


def unfilled(site: Store, day: dt.date, slug: str) -> set[str]:
    """Return the numbers a story names in its English prose that were not public on a day."""
    held = load_holdings(site, day)
    story = held.stories[slug]
    named = STORY_PLACEHOLDER.findall(f"{story.title_en} {story.summary_en} {story.body_en}")
    return set(named) - story_values(held.claims, slug, "en").keys()


def check_read(told: str, where: str) -> None:
    read = UNREAD.sub("", told)
    assert not re.findall(r".{,40}[{}].{,40}", read), where


def strings(value: object) -> Iterator[str]:
    """Yield every text of a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@in_both_languages
def test_every_story_on_every_day_of_publication_is_read_without_a_placeholder(
    language: Language, client: Client, site: Store, days: list[dt.date]
) -> None:
    for day in days:
        for slug in some(load_holdings(site, day).stories, 3):
            for path in (share_path, embed_path):
                address = path("story", slug, language, day.isoformat())
                answer = client.get(address)
                if answer.status == 200:
                    check_read(answer.text, address)
                    if path is share_path and unfilled(site, day, slug):
                        assert text("not_yet", language) in answer.text, address
            shared = f"http://{HOST}{share_path('story', slug, language, day.isoformat())}"
            told = client.get(f"/oembed?url={quote(shared, safe='')}")
            if told.status == 200:
                for words in strings(json.loads(told.text)):
                    check_read(words, address)


@in_both_languages
def test_every_claim_on_every_day_of_publication_is_read_without_a_placeholder(
    language: Language, client: Client, site: Store, days: list[dt.date]
) -> None:
    claims = load_holdings(site, days[-1]).claims
    for day in days:
        held = load_holdings(site, day).claims
        # Every claim that came or changed after the day, where a number could be missing; of the rest, which read as
        # on the last day, every twentieth, since a page takes 20 ms and there are hundreds of them.
        later = {key for key in claims if key not in held or held[key].values != claims[key].values}
        for key in sorted(later | set(sorted(claims)[::20])):
            for path in (share_path, embed_path):
                answer = client.get(path("claim", key, language, day.isoformat()))
                assert answer.status == (200 if key in held else 404)
                check_read(answer.text, f"{key} {day}")


def test_a_pack_says_what_was_not_public_on_its_day(
    client: Client, site: Store, days: list[dt.date], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The prose is under test: drawing the pictures and writing the tables of every story would take minutes.
    # What is made here lacks its pictures: it must neither be kept for others nor come from what others kept.
    monkeypatch.setattr(kept, "_kept", OrderedDict())
    monkeypatch.setattr(pack, "_add_tables", lambda *_: None)
    monkeypatch.setattr(pack, "_add_picture", lambda files, name, svg: f"pictures/{name}.png")
    monkeypatch.setattr(pack.picture, "draw_indicator", lambda *_: "")
    monkeypatch.setattr(pack.picture, "draw_story", lambda *_: "")
    for day in days:
        for slug in load_holdings(site, day).stories:
            answer = client.get(f"/pack/story/{slug}.zip?asof={day}")
            if answer.status != 200:
                continue
            with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
                names = archive.namelist()
                pages = [archive.read(name).decode() for name in names if name.endswith((".html", ".md", ".txt"))]
                held = [archive.read(name).decode("utf-8-sig") for name in names if name.endswith(".json")]
            assert pages
            for page in pages:
                check_read(page, f"{slug} {day}")
            for words in strings([json.loads(document) for document in held]):
                assert not STORY_PLACEHOLDER.search(words), (slug, day, words)
            if unfilled(site, day, slug):
                assert all(any(text("not_yet", code) in page for page in pages) for code in LANGUAGES)


def test_the_interface_tells_a_story_in_the_words_of_its_plain_page(
    client: Client, site: Store, days: list[dt.date]
) -> None:
    assert any(unfilled(site, day, slug) for day in days for slug in load_holdings(site, day).stories)
    for day in days:
        for slug in load_holdings(site, day).stories:
            answer = client.get(f"{BASE}/stories/{slug}?asof={day}")
            if answer.status == 200:
                story = json.loads(answer.text)
                assert not STORY_PLACEHOLDER.search(answer.text)
                missing = bool(unfilled(site, day, slug))
                told = json.dumps([story["title"], story["summary"], story["body"]], ensure_ascii=False)
                assert (text("not_yet", "en") in told) == missing
