import datetime as dt
import re
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from client import HOST, Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_pages import all_of, meta, parse, read_page, sample_keys, words_of
from samples import SERIES

from dashboard.catalog import today
from dashboard.language import HTML_LANG, LANGUAGES, Language, format_period, text
from dashboard.markup import fill_claim
from dashboard.queries import get_observations
from dashboard.reading import split_body
from dashboard.store import Store
from dashboard.web import edition as editions
from dashboard.web.addresses import THINGS, share_path
from dashboard.web.edition import load_holdings

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_kind = pytest.mark.parametrize("kind", THINGS)
ONE_EACH = {"indicator": "cpi_score", "claim": "cpi_within_margin", "story": "open-contracting"}


@in_both_languages
@every_kind
def test_a_plain_page_is_valid_and_says_what_it_is_to_readers_chats_and_crawlers(
    kind: str, language: Language, client: Client, site: Store
) -> None:
    for key in sample_keys(site, kind):
        page = read_page(client, share_path(kind, key, language))
        assert page.get("lang") == HTML_LANG[language]
        (title,) = all_of(page, "h1")
        assert words_of(title) in words_of(all_of(page, "title")[0])
        assert meta(page, "og:title") == words_of(title)
        assert len(meta(page, "description")) > 20
        assert "{" not in meta(page, "description") + words_of(title)
        picture = urlsplit(meta(page, "og:image"))
        assert (picture.netloc, picture.path) == (HOST, f"/picture/{kind}/{key}.png")
        assert parse_qs(picture.query) == {"lang": [language], "size": ["card"]}
        assert (meta(page, "og:image:width"), meta(page, "og:image:height")) == ("1200", "628")
        assert len(meta(page, "og:image:alt")) > 20
        assert meta(page, "twitter:card") == "summary_large_image"
        (canonical,) = all_of(page, "link", rel="canonical")
        assert canonical.get("href") == f"http://{HOST}{share_path(kind, key, language)}" == meta(page, "og:url")
        others = {one.get("hreflang"): one.get("href") for one in all_of(page, "link") if one.get("hreflang")}
        assert others == {HTML_LANG[code]: f"http://{HOST}{share_path(kind, key, code)}" for code in LANGUAGES}


@in_both_languages
@every_kind
def test_a_plain_page_holds_picture_table_doubt_sources_and_the_way_to_the_live_page(
    kind: str, language: Language, client: Client, site: Store
) -> None:
    for key in sample_keys(site, kind):
        page = read_page(client, share_path(kind, key, language))
        pictures = all_of(page, "img")
        assert all(len(one.get("alt") or "") > 10 and one.get("width") and one.get("height") for one in pictures)
        assert len(pictures) >= (kind != "story")
        for table in all_of(page, "table"):
            assert words_of(all_of(table, "caption")[0])
            assert all(head.get("scope") for head in all_of(table, "th"))
            assert len(all_of(table, "tr")) > 1
        assert all_of(page, "table") or kind == "story"
        links = [one.get("href") or "" for one in all_of(page, "a")]
        assert any(
            link.startswith(f"/{kind}?") and parse_qs(urlsplit(link).query)[THINGS[kind]] == [key] for link in links
        )
        assert any(link.startswith("http") for link in links), "a source outside"
        assert text("footer_license", language) in words_of(page)
        assert text("section_cite", language) in words_of(page)


@in_both_languages
def test_the_table_of_an_indicator_holds_the_rows_of_the_store(language: Language, client: Client, site: Store) -> None:
    card = load_holdings(site, today()).cards["cpi_score"]
    rows = get_observations(site, "cpi_score", today())
    (table,) = all_of(read_page(client, share_path("indicator", "cpi_score", language)), "table")
    written = [[words_of(cell) for cell in all_of(line, "td")] for line in all_of(table, "tr")][1:]
    assert len(written) == len(rows)
    wanted = {
        (format_period(row["time_period"], language), card.format(row["obs_value"], language))
        for row in rows.to_dict("records")
    }
    assert {(line[1], line[2]) for line in written} == wanted


def test_a_long_table_is_cut_with_a_word_and_the_nation_is_kept(client: Client, site: Store) -> None:
    page = read_page(client, "/share/indicator/voting_age_yes_share?lang=en")
    rows = get_observations(site, "voting_age_yes_share", today())
    assert len(rows) > 300
    assert text("rows_capped", "en", count=f"{len(rows):,}", shown="300") in words_of(page)
    places = [words_of(all_of(line, "td")[0]) for line in all_of(all_of(page, "table")[0], "tr")[1:]]
    assert len(places) == 300
    assert "Taiwan" in places


@in_both_languages
def test_a_claim_tells_grade_reasons_doubt_and_every_number_with_its_file(
    language: Language, client: Client, site: Store
) -> None:
    held = load_holdings(site, today())
    for key in sample_keys(site, "claim"):
        filled = held.claims[key]
        page = read_page(client, share_path("claim", key, language))
        words = words_of(page)
        assert re.sub(r"\s+", " ", fill_claim(filled, "biggest_doubt", language)) in words
        assert text(f"grade_{filled.claim.grade}", language) in words
        assert all(text(f"reason_{code}", language) in words for code in filled.claim.grade_reasons)
        numbers = [words_of(one) for one in all_of(page, "b")]
        assert {filled.say(key.name, language).strip() for key in filled.keys} <= set(numbers)
        for link in [one.get("href") or "" for one in all_of(page, "a") if words_of(one) == "CSV"]:
            answer = client.get(link)
            assert answer.status == 200
            assert answer.text.count("\r\n") >= 2, link


@in_both_languages
def test_a_story_is_whole_with_a_picture_and_a_table_for_every_chart(
    language: Language, client: Client, site: Store
) -> None:
    for story in load_holdings(site, today()).stories.values():
        page = read_page(client, share_path("story", story.slug, language))
        body = story.body_zh_tw if language == "zh-TW" else story.body_en
        marks = [mark for mark, _ in split_body(body)]
        charts = marks.count("figure") + marks.count("map")
        assert len(all_of(page, "img")) == len(all_of(page, "figure")) == charts
        assert len(all_of(page, "table")) == charts
        headings = [words_of(one) for one in all_of(page, "h2")]
        assert [line[3:].strip() for line in body.splitlines() if line.startswith("## ")] == headings[:9]
        told = "".join(words_of(one) for css in ("heading", "story") for one in all_of(page, "div", **{"class": css}))
        assert len(told) > 1000
        assert not re.search(r"[{}]|\*\*|## ", told)
        links = {one.get("href") for one in all_of(page, "a")}
        sources = load_holdings(site, today()).sources
        assert {sources[code].url for code in story.sources} <= links


def test_a_chart_with_several_places_and_parts_at_once_is_in_no_story(site: Store) -> None:
    """The small table of a chart has one kind of line; a story whose chart needs two must be told."""
    held = load_holdings(site, today())
    for story in held.stories.values():
        for mark, words in split_body(story.body_en):
            if mark == "figure":
                code, areas, part = [*words.split("|"), "", ""][:3]
                rows = get_observations(site, code, today(), ref_areas=areas.split(",") if areas else ["TWN"])
                rows = rows[rows["breakdown"] == part] if part else rows
                assert min(rows["ref_area"].nunique(), rows["breakdown"].nunique()) <= 1, words


def test_a_plain_page_runs_nothing_and_takes_nothing_from_elsewhere(client: Client) -> None:
    for kind, key in ONE_EACH.items():
        answer = client.get(share_path(kind, key, "en"))
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in policy
        page = parse(answer)
        loaded = [one.get("src") for one in all_of(page, "img")]
        loaded += [one.get("href") for one in all_of(page, "link", rel="stylesheet")]
        assert all((address or "").startswith("/") for address in loaded)
        assert not re.search(r"\son[a-z]+=|javascript:", answer.text)
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_reader_who_has_the_page_is_told_so(client: Client) -> None:
    address = share_path("claim", ONE_EACH["claim"], "en")
    first = client.get(address)
    again = client.get(address, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(share_path("claim", ONE_EACH["claim"], "zh-TW")).headers["etag"] != first.headers["etag"]


def test_without_a_language_the_reader_s_own_is_used_and_said(client: Client) -> None:
    answer = client.get("/share/indicator/cpi_score", accept_language="en-GB")
    assert parse(answer).get("lang") == "en"
    assert "Accept-Language" in answer.headers["vary"]
    assert parse(client.get("/share/indicator/cpi_score", accept_language="zh")).get("lang") == "zh-Hant-TW"


@in_both_languages
def test_the_list_of_plain_pages_leads_to_all_of_them(language: Language, client: Client, site: Store) -> None:
    page = read_page(client, f"/share/?lang={language}")
    links = {urlsplit(one.get("href") or "").path for one in all_of(page, "a")}
    held = load_holdings(site, today())
    wanted = [*(("story", key) for key in held.stories), *(("claim", key) for key in held.claims)]
    wanted += [("indicator", key) for key in held.published]
    assert {f"/share/{kind}/{key}" for kind, key in wanted} <= links


@in_both_languages
@pytest.mark.parametrize(
    "path", ["/share/indicator/none", "/share/claim/none", "/share/story/none", "/share/plan/nap1", "/embed/story/none"]
)
def test_what_is_not_there_is_told_in_one_sentence(path: str, language: Language, client: Client) -> None:
    answer = client.get(f"{path}?lang={language}")
    assert answer.status == 404
    page = parse(answer)
    assert page.get("lang") == HTML_LANG[language]
    assert words_of(all_of(page, "h1")[0]) == text("not_found", language)


# ---- days ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_vintages(vintage_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Let the plain pages read three days of publication, on the day after the last."""
    monkeypatch.setattr(editions, "current_store", lambda _: vintage_store)
    monkeypatch.setattr(editions, "today", lambda: dt.date(2026, 11, 25))
    return vintage_store


def _shares(client: Client, day: str) -> dict[str, str]:
    page = read_page(client, f"/share/indicator/{SERIES}?lang=en&asof={day}")
    lines = [[words_of(cell) for cell in all_of(line, "td")] for line in all_of(all_of(page, "table")[0], "tr")]
    return {line[1]: line[2] for line in lines if line}


@pytest.mark.usefixtures("on_vintages")
def test_a_page_of_a_day_shows_what_was_published_that_day_and_says_so(client: Client) -> None:
    first, corrected, continued = (_shares(client, f"2026-11-{day}") for day in ("05", "15", "25"))
    assert first["2022"] != corrected["2022"] == continued["2022"] == "83.70%"
    assert set(continued) - set(corrected) == {"2023"}
    page = read_page(client, f"/share/indicator/{SERIES}?lang=en&asof=2026-11-15")
    assert text("asof_notice", "en", day="15 Nov 2026") in words_of(page)
    (canonical,) = all_of(page, "link", rel="canonical")
    assert "asof" not in (canonical.get("href") or "")
    pictures = [one.get("src") or "" for one in all_of(page, "img")]
    assert all(parse_qs(urlsplit(source).query)["asof"] == ["2026-11-15"] for source in pictures)
    files = [one.get("href") or "" for one in all_of(page, "a") if (one.get("href") or "").startswith("/data/")]
    assert files
    assert all(parse_qs(urlsplit(address).query)["asof"] == ["2026-11-15"] for address in files)


@pytest.mark.usefixtures("on_vintages")
@pytest.mark.parametrize(
    ("asked", "shown", "problem"),
    [
        ("2030-01-01", "2026-11-25", "asof_future"),
        ("1999-01-01", "2026-11-01", "asof_early"),
        ("20261115", "2026-11-25", "asof_malformed"),
        ("2026-02-30", "2026-11-25", "asof_malformed"),
        ("soon", "2026-11-25", "asof_malformed"),
        ("", "2026-11-25", None),
        ("2026-11-15", "2026-11-15", None),
    ],
)
@in_both_languages
def test_a_day_that_cannot_be_shown_gives_the_nearest_and_says_so(
    asked: str, shown: str, problem: str | None, language: Language, client: Client
) -> None:
    day = format_period(shown, language)
    for path in (f"/share/indicator/{SERIES}", f"/embed/indicator/{SERIES}", "/share/"):
        page = read_page(client, f"{path}?lang={language}&asof={asked}")
        notes = [words_of(note) for note in all_of(page, "p", role="note")]
        assert (text(problem, language, day=day) in notes) if problem else (path != "/share/" or not notes)
        assert path == "/share/" or day in words_of(page)
        kept = problem == "asof_early" or shown == asked
        assert all((f"asof={shown}" in (one.get("src") or "")) == kept for one in all_of(page, "img"))


@pytest.mark.usefixtures("on_vintages")
def test_rows_of_a_coming_day_are_on_no_plain_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "today", lambda: dt.date(2026, 11, 12))
    assert "2023" not in _shares(client, "")
    assert "2023" not in _shares(client, "2026-11-25")
    assert "83.1" not in client.get("/feed.xml?lang=en").text


@in_both_languages
def test_a_store_that_cannot_be_read_is_told_in_one_sentence_and_logged(
    language: Language,
    client: Client,
    on_vintages: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone = replace(on_vintages, folder=on_vintages.folder / "gone")
    monkeypatch.setattr(editions, "current_store", lambda _: gone)
    address = f"http%3A%2F%2F{HOST}%2Findicator%2F{SERIES}"
    for path in (f"/share/indicator/{SERIES}", f"/embed/indicator/{SERIES}", "/feed.xml", f"/oembed?url={address}"):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer.status == 503, path
        assert text("error_store", language) in answer.text
        assert "Traceback" not in answer.text
    assert client.get("/sitemap.xml").status == 503
    assert "cannot be read" in caplog.text
    head = client.get(f"/indicator?code={SERIES}&lang={language}")
    assert head.status == 200, "the live page tells the reader itself"


# ---- hostile words ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}",
    "\u2028<b>\x00",
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("name", ["lang", "asof", "q", "place"])
def test_hostile_words_in_a_parameter_never_become_markup(words: str, name: str, client: Client) -> None:
    for path in ("/share/indicator/cpi_score", "/embed/claim/cpi_within_margin", "/share/", "/indicator"):
        query = [("code", "cpi_score")] if path == "/indicator" else []
        plain = client.get(f"{path}?{urlencode([*query, (name, 'x')])}")
        answer = client.get(f"{path}?{urlencode([*query, (name, words)])}")
        assert answer.status == plain.status
        assert re.findall(r"</?\w+", answer.text) == re.findall(r"</?\w+", plain.text)
        assert "alert(1)>" not in answer.text
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_an_address_never_become_markup(words: str, client: Client) -> None:
    for path in ("/share/indicator/", "/share/story/", "/embed/claim/", "/share/"):
        answer = client.get(path + quote(words, safe=""))
        assert answer.status == 404
        assert "alert(1)" not in answer.text
    for name in ("indicator?code", "claim?id", "story?slug"):
        answer = client.get(f"/{name}={quote(words)}&lang=en")
        assert "alert(1)>" not in answer.text
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("host", ['x"><script>alert(1)</script>', "a.example:80/<b>", "evil.example"])
def test_a_forged_host_never_becomes_markup(host: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.HOST", host)
    for path in ("/share/claim/cpi_within_margin?lang=en", "/indicator?code=cpi_score&lang=en", "/feed.xml?lang=en"):
        answer = client.get(path)
        assert "<script>alert" not in answer.text
        assert "<b>" not in re.sub(r"<b>(?=[^<]*</b>)", "", answer.text)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([*THINGS, "x"]),
    key=st.sampled_from(list(ONE_EACH.values())) | st.text(min_size=1, max_size=20),
    query=st.lists(st.tuples(st.sampled_from(["lang", "asof", "x"]), st.text(max_size=20)), max_size=3),
    room=st.sampled_from(["share", "embed"]),
)
def test_any_address_is_answered_with_a_valid_page(
    kind: str, key: str, query: list[tuple[str, str]], room: str, client: Client
) -> None:
    answer = client.get(f"/{room}/{kind}/{quote(key, safe='')}?{urlencode(query)}")
    assert answer.status in (200, 404)
    parse(answer)
