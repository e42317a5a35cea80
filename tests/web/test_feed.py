import datetime as dt
import re
import uuid
from xml.etree import ElementTree as ET

import feedparser
import pytest
from client import HOST, Client
from plain_pages import all_of, read_page
from samples import SERIES

from dashboard.catalog import today
from dashboard.language import HTML_LANG, LANGUAGES, Language
from dashboard.store import Store
from dashboard.web import edition as editions
from dashboard.web.edition import load_holdings

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
