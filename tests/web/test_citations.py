import re
from html import unescape
from typing import Any

import html5lib
import pytest
from client import HOST, Client
from hypothesis import given
from hypothesis import strategies as st
from plain_pages import XHTML, sample_keys
from pybtex.database import parse_string

from dashboard.catalog import today
from dashboard.language import LANGUAGES, Language, format_period, text
from dashboard.markup import fill_claim
from dashboard.store import Store
from dashboard.web.addresses import THINGS
from dashboard.web.citations import (
    Cited,
    cite_full,
    cite_short,
    escape_tex,
    list_citations,
    quote_sentence,
    write_bibtex,
)
from dashboard.web.edition import Edition, load_holdings
from dashboard.web.sheets import cite_thing
from dashboard.web.things import find_thing

DAY = today().isoformat()


def cited_of(site: Store, kind: str, key: str, language: Language) -> Cited:
    edition = Edition(site, today(), language, f"http://{HOST}")
    return cite_thing(edition, find_thing(edition, kind, key))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", THINGS)
def test_every_citation_has_day_and_lasting_address(kind: str, language: Language, site: Store, client: Client) -> None:
    for key in sample_keys(site, kind):
        cited = cited_of(site, kind, key, language)
        address = f"http://{HOST}/share/{kind}/{key}?lang={language}&asof={DAY}"
        for words in (quote_sentence(cited), cite_short(cited), cite_full(cited)):
            assert address in words
            assert format_period(DAY, language) in words
            assert "{" not in words
        assert cited.title in cite_short(cited)
        assert site.fingerprint[:8] in cite_full(cited)
        assert client.get(address.removeprefix(f"http://{HOST}")).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["indicator", "claim"])
def test_what_is_no_outcome_is_cited_as_what_it_is(kind: str, language: Language, site: Store, client: Client) -> None:
    held = load_holdings(site, today())
    levels = set()
    for key in sample_keys(site, kind):
        row = held.cards[key].indicator if kind == "indicator" else held.claims[key].claim
        cited = cited_of(site, kind, key, language)
        known = [text(f"cite_level_{level}", language) for level in ("input", "activity", "output")]
        wanted = [] if row.result_level in ("outcome", "impact") else [text(f"cite_level_{row.result_level}", language)]
        for write in (quote_sentence, cite_short, cite_full, write_bibtex):
            assert [words for words in known if words in write(cited)] == wanted, (key, write)
        levels.add(str(row.result_level))
        frame = client.get(f"/embed/{kind}/{key}?lang={language}").text
        assert f"</span>{text(f'level_{row.result_level}', language)}</span>" in frame
    assert {"output", "outcome"} <= levels


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_to_copy_holds_the_claim_s_numbers(language: Language, site: Store) -> None:
    held = load_holdings(site, today())
    for key in sample_keys(site, "claim"):
        sentence = fill_claim(held.claims[key], "sentence", language)
        assert quote_sentence(cited_of(site, "claim", key, language)).startswith(sentence.rstrip("。."))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", THINGS)
def test_bibtex_is_read_by_a_parser_and_says_the_same(kind: str, language: Language, site: Store) -> None:
    for key in sample_keys(site, kind):
        cited = cited_of(site, kind, key, language)
        (entry,) = parse_string(write_bibtex(cited), "bibtex").entries.values()
        assert entry.type == "misc"
        assert re.fullmatch(r"[A-Za-z0-9_]+", entry.key)
        fields: Any = entry.fields
        assert fields["url"] == cited.address
        assert (fields["year"], fields["urldate"]) == (DAY[:4], DAY)
        assert fields["title"] == f"{{{escape_tex(cited.title)}}}"


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=60))
def test_any_title_survives_bibtex(title: str) -> None:
    title = title.strip() or "x"
    cited = Cited("claim", "a-b", title, "s", title, "en", "2026-11-24", "abc", "http://x.example")
    (entry,) = parse_string(write_bibtex(cited), "bibtex").entries.values()
    assert set(entry.fields) >= {"title", "note", "url", "year", "language"}
    assert entry.fields["urldate"] == "2026-11-24"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", THINGS)
def test_frames_to_paste_are_one_element_live_or_fixed(kind: str, language: Language, site: Store) -> None:
    key = sample_keys(site, kind)[0]
    cited = cited_of(site, kind, key, language)
    told = list_citations(cited)
    assert list(told) == ["copy_sentence", "copy_short", "copy_full", "copy_bibtex", "copy_embed", "copy_frozen"]
    for name, tail in (("copy_embed", ""), ("copy_frozen", f"&asof={DAY}")):
        (frame,) = html5lib.HTMLParser(strict=True).parseFragment(told[name]).iter(f"{XHTML}iframe")
        assert frame.get("src") == f"http://{HOST}/embed/{kind}/{key}?lang={language}{tail}"
        assert frame.get("title") == unescape(cited.title)
        assert "<script" not in told[name]
