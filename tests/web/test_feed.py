import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest
from client import HOST, Client
from plain_pages import all_of, read_page
from samples import SERIES, change_rows, copy_data, copy_story

from dashboard.catalog import today
from dashboard.changed import find_kind, say_cell, say_where
from dashboard.language import HTML_LANG, LANGUAGES, Language
from dashboard.settings import Settings
from dashboard.store import Store, build_store, open_store
from dashboard.vintages import get_corrections
from dashboard.web import edition as editions
from dashboard.web import feed
from dashboard.web.edition import Edition, load_holdings

ATOM = "{http://www.w3.org/2005/Atom}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def check_feed(body: bytes) -> ET.Element:
    """Hold a feed to RFC 4287: what must be there, once, and of the right form."""
    root = ET.fromstring(body)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert uuid.UUID(element.findtext(f"{ATOM}id"))
        assert STAMP.fullmatch(element.findtext(f"{ATOM}updated") or "")
        assert element.findtext(f"{ATOM}title")
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert links.count(("alternate", "text/html")) == 1
        assert all((link.get("href") or "").startswith("http") for link in element.findall(f"{ATOM}link"))
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    stamps = [entry.findtext(f"{ATOM}updated") or "" for entry in root.iter(f"{ATOM}entry")]
    assert stamps == sorted(stamps, reverse=True)
    assert root.findtext(f"{ATOM}updated") == max(stamps)
    for content in root.iter(f"{ATOM}content"):
        assert content.get("type") == "html"
    return root


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_valid_and_in_the_reader_s_language(language: Language, client: Client, site: Store) -> None:
    answer = client.get(f"/feed.xml?lang={language}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = check_feed(answer.body)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == HTML_LANG[language]
    parsed = feedparser.parse(answer.body)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.entries
    counted = sum(entry.content[0].value.count("<li>") for entry in parsed.entries if entry.tags[0].term == "new")
    assert counted == len(load_holdings(site, today()).published)
    assert all(urn.startswith("urn:uuid:") for urn in (entry.id for entry in parsed.entries))


def test_the_feed_leads_to_pages_that_are_there(client: Client) -> None:
    for entry in feedparser.parse(client.get("/feed.xml?lang=en").body).entries:
        assert client.get(entry.link.removeprefix(f"http://{HOST}")).status == 200


def test_the_two_languages_tell_the_same_changes(client: Client) -> None:
    told = [
        [
            (entry.tags[0].term, entry.updated)
            for entry in feedparser.parse(client.get(f"/feed.xml?lang={code}").body).entries
        ]
        for code in LANGUAGES
    ]
    assert told[0] == told[1]


@pytest.fixture
def feed_on(vintage_store: Store, client: Client, monkeypatch: pytest.MonkeyPatch):
    """Return the feed as it was on a day of November 2026."""
    monkeypatch.setattr(editions, "current_store", lambda _: vintage_store)

    def get(day: int) -> dict[str, feedparser.FeedParserDict]:
        monkeypatch.setattr(editions, "today", lambda: dt.date(2026, 11, day))
        body = client.get("/feed.xml?lang=en").body
        check_feed(body)
        return {entry.id: entry for entry in feedparser.parse(body).entries}

    return get


def test_a_correction_a_continuation_and_a_changed_claim_are_told_on_their_days(feed_on) -> None:
    first, corrected, continued = feed_on(5), feed_on(15), feed_on(25)
    assert {entry.tags[0].term for entry in first.values()} == {"new"}
    fresh = [entry for key, entry in corrected.items() if key not in first]
    assert sorted(entry.tags[0].term for entry in fresh) == ["claim", "corrected"]
    correction = next(entry for entry in fresh if entry.tags[0].term == "corrected")
    assert correction.updated.startswith("2026-11-10T00:00:00+08:00")
    assert SERIES in correction.link
    assert "→ 83.70%" in correction.content[0].value
    assert "Corrected by the publisher." in correction.content[0].value
    later = [entry for key, entry in continued.items() if key not in corrected and entry.tags[0].term == "added"]
    assert [entry.updated[:10] for entry in later] == ["2026-11-20"]


def test_an_entry_keeps_its_id_from_build_to_build(feed_on) -> None:
    early, late = feed_on(15), feed_on(25)
    assert {key for key, entry in early.items() if entry.tags[0].term != "claim"} <= set(late)


def test_every_page_names_the_feed(client: Client) -> None:
    for path in ("/indicators?lang=en", "/share/claim/cpi_within_margin?lang=en"):
        page = client.get(path).text
        assert 'type="application/atom+xml"' in page
    feeds = all_of(read_page(client, "/share/?lang=zh-TW"), "link", type="application/atom+xml")
    assert [link.get("href") for link in feeds] == ["/feed.xml?lang=zh-TW"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_tells_changed_grades_with_their_reason(language: Language, client: Client, site: Store) -> None:
    parsed = feedparser.parse(client.get(f"/feed.xml?lang={language}").body)
    told = [entry for entry in parsed.entries if entry.tags[0].term == "grade"]
    claims = {key: filled.claim for key, filled in load_holdings(site, today()).claims.items() if filled.claim.regraded}
    assert len(told) == sum(len(claim.regraded) for claim in claims.values()) > 0
    for claim in claims.values():
        (entry,) = (entry for entry in told if f"/claim/{claim.id}" in entry.link)
        assert f"{claim.regraded[0]['before']}" in entry.title
        assert claim.grade in entry.title
        assert claim.regraded[0][language] in entry.content[0].value


MOVES = [("P", "A"), ("F", "A"), ("E", "U"), ("A", "A"), ("P", "Z"), ("A", "Z")]
"""Status before and after, for a cell of its own each."""


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Hold a small store in which every kind of status was replaced, some rows by their withdrawal."""
    root = tmp_path_factory.mktemp("moved")
    copy_data(root / "data")
    copy_story(root / "case_studies")
    note = {"note_zh_tw": "理由。", "note_en": "The reason."}

    def move(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        moved = []
        for place, (before, after) in enumerate(MOVES):
            first = rows[0] | {"time_period": str(2010 + place), "published": "2026-11-01", "obs_status": before}
            value = "" if after == "Z" else "88.1"
            moved += [first, first | note | {"published": "2026-11-10", "obs_status": after, "obs_value": value}]
        return [*moved, *(row | {"published": "2026-11-01"} for row in rows)]

    change_rows(root / "data" / "indicators" / f"{SERIES}.csv", move)
    settings = Settings(data=root / "data", case_studies=root / "case_studies", store=root / "build", database_url=None)
    build_store(settings)
    store = open_store(settings, build=False)
    yield store
    store.engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("published", [False, True], ids=["every kind", "what is published"])
def test_the_feed_names_every_changed_cell_as_the_page_of_changes_does(
    published: bool, language: Language, moved: Store, site: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("MOST_ENTRIES", "MOST_LINES"):
        monkeypatch.setattr(feed, bound, 10**6)
    store, day = (site, today()) if published else (moved, dt.date(2026, 11, 24))
    edition = Edition(store, day, language, f"http://{HOST}")
    wanted: Counter[tuple[str, str, str]] = Counter()
    for row in get_corrections(store, day).to_dict("records"):
        card = edition.held.cards[row["indicator_code"]]
        was, now = (say_cell(edition, card, row, side) for side in ("old", "new"))
        where = say_where(edition, card, edition.held.places, row)
        line = edition.text("feed_change", where=where, was=was, now=now, note=edition.pick(row, "note"))
        wanted[edition.text(f"change_{find_kind(row)}"), card.indicator.code, line] += 1
    told: Counter[tuple[str, str, str]] = Counter()
    for entry in feedparser.parse(feed.build_feed.__wrapped__(edition)).entries:
        if entry.tags[0].term in ("revised", "corrected", "withdrawn"):
            code = urlsplit(entry.link).path.rpartition("/")[2]
            for line in re.findall(r"<li>(.*?)</li>", entry.content[0].value):
                told[entry.tags[0].label, code, unescape(line)] += 1
    assert told == wanted != Counter()
    kinds = {edition.text(f"change_{kind}") for kind in ("scheduled", "correction", "withdrawn")}
    assert published or {kind for kind, _, _ in told} == kinds


def test_an_estimate_is_no_announcement_and_a_withdrawal_no_correction(moved: Store) -> None:
    entries = feed.list_entries(Edition(moved, dt.date(2026, 11, 24), "en", f"http://{HOST}"))
    lines = {entry.kind: re.findall(r"\b201\d\b", entry.content) for entry in entries if "2010" in entry.content
             or entry.kind in ("corrected", "withdrawn")}  # fmt: skip
    assert lines == {"revised": ["2010", "2011"], "corrected": ["2012", "2013"], "withdrawn": ["2014", "2015"]}
