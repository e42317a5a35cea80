import datetime as dt
import json
from urllib.parse import quote

import html5lib
import pytest
from client import HOST, Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_pages import XHTML, all_of, read_page, words_of
from samples import SERIES

from dashboard.language import HTML_LANG, LANGUAGES, Language
from dashboard.settings import get_settings
from dashboard.store import Store
from dashboard.web import edition as editions
from dashboard.web.addresses import embed_path, read_address, share_path

ONE_EACH = {"indicator": "cpi_score", "claim": "cpi_within_margin", "story": "open-contracting"}
every_kind = pytest.mark.parametrize(("kind", "key"), ONE_EACH.items(), ids=ONE_EACH)


@pytest.mark.parametrize("language", LANGUAGES)
@every_kind
def test_a_frame_holds_title_picture_source_and_the_way_to_the_proof(
    kind: str, key: str, language: Language, client: Client
) -> None:
    page = read_page(client, embed_path(kind, key, language))
    assert page.get("lang") == HTML_LANG[language]
    (picture,) = all_of(page, "img")
    assert (picture.get("src") or "").startswith(f"/picture/{kind}/{key}.svg?lang={language}&size=wide")
    (title,) = all_of(page, "h1")
    assert picture in list(title.iter()), "the picture is the heading and holds its words"
    (plain,) = all_of(read_page(client, share_path(kind, key, language)), "h1")
    assert picture.get("alt") == words_of(plain)
    (narrow,) = all_of(page, "source")
    assert "size=square" in (narrow.get("srcset") or "")
    targets = {link.get("href") for link in all_of(page, "a")}
    assert targets == {f"/share/{kind}/{key}?lang={language}"}
    assert all(link.get("target") == "_blank" and link.get("rel") == "noopener" for link in all_of(page, "a"))


@every_kind
def test_only_frames_may_be_held_by_other_sites(kind: str, key: str, client: Client) -> None:
    assert "frame-ancestors *" in client.get(embed_path(kind, key, "en")).headers["content-security-policy"]
    for path in (
        f"/share/{kind}/{key}",
        "/",
        "/share/",
        f"/{kind}?x=1",
        "/embed/claim/",
        "/feed.xml",
        "/data/none.csv",
    ):
        assert "frame-ancestors 'self'" in client.get(path).headers["content-security-policy"], path


def test_a_fixed_frame_keeps_the_figures_of_its_day(
    client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(editions, "today", lambda: dt.date(2026, 11, 25))
    live, fixed = (client.get(f"/embed/claim/open_share_fell_by?lang=en{day}") for day in ("", "&asof=2026-11-05"))
    assert "83.70%" in live.text
    assert "83.70%" not in fixed.text
    assert "asof=2026-11-05" in fixed.text
    source = f"http%3A%2F%2F{HOST}%2Fshare%2Findicator%2F{SERIES}%3Flang%3Den%26asof%3D2026-11-05"
    told = json.loads(client.get(f"/oembed?url={source}").text)
    assert "asof=2026-11-05" in told["html"]


@pytest.mark.parametrize(
    "room",
    ["{kind}?{name}={key}&lang=en", "{kind}/{key}?lang=en", "share/{kind}/{key}?lang=en", "embed/{kind}/{key}?lang=en"],
)
@every_kind
def test_an_address_of_ours_tells_how_it_is_embedded(kind: str, key: str, room: str, client: Client) -> None:
    name = {"indicator": "code", "claim": "id", "story": "slug"}[kind]
    address = f"http://{HOST}/{room.format(kind=kind, key=key, name=name)}"
    answer = client.get(f"/oembed?url={quote(address, safe='')}&format=json")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    told = json.loads(answer.text)
    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert told["title"]
    assert told["provider_url"] == f"http://{HOST}/"
    (frame,) = html5lib.HTMLParser(strict=True).parseFragment(told["html"]).iter(f"{XHTML}iframe")
    assert frame.get("src") == f"http://{HOST}/embed/{kind}/{key}?lang=en"
    assert frame.get("title") == told["title"]
    assert client.get((frame.get("src") or "").removeprefix(f"http://{HOST}")).status == 200
    assert {"thumbnail_url", "thumbnail_width", "thumbnail_height"} <= set(told)


def test_a_page_names_the_address_that_tells_how_it_is_embedded(client: Client) -> None:
    page = read_page(client, "/share/claim/cpi_within_margin?lang=en")
    (link,) = all_of(page, "link", type="application/json+oembed")
    told = json.loads(client.get((link.get("href") or "").removeprefix(f"http://{HOST}")).text)
    assert told["title"] == words_of(all_of(page, "h1")[0])


def test_a_frame_fits_what_the_asker_has_room_for(client: Client) -> None:
    url = f"/oembed?url=http://{HOST}/claim/cpi_within_margin"
    assert json.loads(client.get(f"{url}&maxwidth=400&maxheight=300").text)["width"] == 400
    assert json.loads(client.get(f"{url}&maxwidth=400&maxheight=300").text)["height"] == 300
    usual = json.loads(client.get(url).text)
    for odd in ("9999", "-5", "x", "", "１００", "1" * 50):
        assert json.loads(client.get(f"{url}&maxwidth={quote(odd)}").text)["width"] <= usual["width"]


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "http://evil.example/claim/cpi_within_margin", f"ftp://{HOST}/claim/cpi_within_margin",
        f"http://{HOST}/about", f"http://{HOST}/claim/none", f"http://{HOST}/claim", f"http://{HOST}/", "http://[",
        f"http://{HOST}.evil.example/claim/cpi_within_margin", f"http://{HOST}/share/claim/cpi_within_margin/more",
    ],
)  # fmt: skip
def test_an_address_that_is_not_ours_is_not_found(address: str, client: Client) -> None:
    answer = client.get(f"/oembed?url={quote(address, safe='')}")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_another_format_than_json_is_refused_as_the_standard_says(client: Client) -> None:
    assert client.get(f"/oembed?url=http://{HOST}/claim/cpi_within_margin&format=xml").status == 501


def test_the_operator_s_address_counts_as_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "public_url", "https://outcomes.example")
    told = json.loads(client.get("/oembed?url=https://outcomes.example/claim/cpi_within_margin").text)
    assert 'src="https://outcomes.example/embed/claim/' in told["html"]


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_words_are_an_address_of_ours_or_none(words: str) -> None:
    for address in (words, f"http://{HOST}/{words}", f"http://{HOST}/claim?id={words}"):
        found = read_address(address, [f"http://{HOST}"])
        assert found is None or (found[0] in ONE_EACH and found[1])
