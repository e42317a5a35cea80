import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from client import HOST, Client
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.language import HTML_LANG, LANGUAGES, Language, text
from dashboard.settings import get_settings
from dashboard.web.middleware import site_headers
from dashboard.web.shell import DETAILS, MORE, PAGES, list_scripts

ADDRESSES = {"overview": "/", **{name: f"/{name}" for name in (*PAGES[1:], *MORE, *DETAILS)}}
every_page = pytest.mark.parametrize("name", ADDRESSES)
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


class Head(HTMLParser):
    """Collect what the head of a page says, each address included."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang = ""
        self.title = ""
        self.metas: dict[str, str] = {}
        self.links: list[dict[str, str]] = []
        self.addresses: list[str] = []
        self._in_title = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {key: value or "" for key, value in attrs}
        self._in_title = tag == "title"
        if tag == "html":
            self.lang = held.get("lang", "")
        if tag == "meta" and "content" in held:
            self.metas[held.get("name") or held.get("property") or ""] = held["content"]
        if tag == "link":
            self.links.append(held)
        self.addresses += [held[name] for name in ("src", "href", "action") if name in held]

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def read(client: Client, address: str, **headers: str) -> Head:
    answer = client.get(address, **headers)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    return Head(answer.text)


@in_both_languages
@every_page
def test_a_page_says_its_language_title_and_purpose(name: str, language: Language, client: Client) -> None:
    head = read(client, f"{ADDRESSES[name]}?lang={language}")
    assert head.lang == HTML_LANG[language]
    assert text(f"page_{name}", language) in head.title
    assert text("product", language) in head.title
    for key in ("description", "og:title", "og:description"):
        assert head.metas[key]
    assert head.metas["description"] == text("purpose", language)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.5", "zh-TW"),
        ("zh-Hant-TW", "zh-TW"),
        ("fr-FR", "zh-TW"),
        ("", "zh-TW"),
        ("*", "zh-TW"),
    ],
)
def test_without_a_language_in_the_address_the_browser_chooses(asked: str, language: Language, client: Client) -> None:
    assert read(client, "/indicators", accept_language=asked).lang == HTML_LANG[language]


def test_the_address_overrules_the_browser(client: Client) -> None:
    assert read(client, "/plans?lang=en", accept_language="zh-TW").lang == "en"
    assert read(client, "/plans?lang=zh-TW", accept_language="en").lang == "zh-Hant-TW"


@every_page
def test_a_page_names_itself_in_both_languages(name: str, client: Client) -> None:
    head = read(client, f"{ADDRESSES[name]}?lang=en&code=cpi_score&view=table")
    others = {link["hreflang"]: link["href"] for link in head.links if "hreflang" in link}
    assert set(others) == set(HTML_LANG.values())
    for language, tag in HTML_LANG.items():
        parts = urlsplit(others[tag])
        assert parts.netloc == HOST
        assert parts.path == ADDRESSES[name]
        assert dict(parse_qsl(parts.query)) == {"lang": language, "code": "cpi_score", "view": "table"}
        assert read(client, f"{parts.path}?{parts.query}").lang == tag


@pytest.mark.parametrize("value", ["a%26b", "%22quoted%22", "%E5%85%AC%E9%96%8B%20x", "a%2Bb", "%23"])
def test_the_other_language_gets_the_same_parameters(value: str, client: Client) -> None:
    head = read(client, f"/indicators?q={value}")
    wanted = dict(parse_qsl(f"q={value}"))
    for link in head.links:
        if "hreflang" in link:
            held = dict(parse_qsl(urlsplit(link["href"]).query, keep_blank_values=True))
            assert held.pop("lang")
            assert held == wanted
            assert link["href"].isascii()


def test_a_public_address_set_by_the_operator_stands_in_the_alternates(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "public_url", "https://outcomes.example")
    head = read(client, "/about?lang=en")
    others = [link["href"] for link in head.links if "hreflang" in link]
    assert len(others) == 2
    assert all(href.startswith("https://outcomes.example/about?") for href in others)


@in_both_languages
@every_page
def test_a_page_asks_for_nothing_from_elsewhere(name: str, language: Language, client: Client) -> None:
    head = read(client, f"{ADDRESSES[name]}?lang={language}")
    assert head.addresses
    for href in head.addresses:
        assert urlsplit(href).netloc in ("", HOST), href
        # The root of the host is not ours where a host shows the app under a prefix.
        assert not href.startswith("/"), href


@settings(deadline=None, max_examples=60)
@given(value=st.text(max_size=40), name=st.sampled_from(["q", "code", "lang", "x"]))
def test_nothing_in_an_address_becomes_markup(value: str, name: str) -> None:
    from starlette.requests import Request

    from dashboard.web.shell import build_shell

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/indicators",
        "query_string": f"{name}={value}".encode(),
        "headers": [(b"host", HOST.encode())],
        "server": (HOST, 80),
    }
    index = '<html lang="en"><head><title>x</title></head><body></body></html>'
    plain = build_shell(index, Request({**scope, "query_string": b""}), "indicators")
    page = build_shell(index, Request(scope), "indicators")
    assert re.findall(r"</?\w+", page) == re.findall(r"</?\w+", plain)
    assert page.count('"') == plain.count('"')


def test_the_inline_script_is_allowed_by_its_hash_and_nothing_else_is(client: Client, static: Path) -> None:
    answer = client.get("/indicators?lang=en")
    policy = answer.headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, flags=re.DOTALL)
    assert scripts
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in scripts}
    assert set(rules["script-src"].split()) == {"'self'", *hashes}
    assert rules["default-src"] == "'self'"
    assert "http" not in policy
    assert "*" not in policy
    assert not re.search(r"\son\w+=|javascript:", answer.text)
    assert policy == site_headers(static)["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/", "/nothing", "/robots.txt", "/data/none.csv", "/indicator/x"])
def test_every_answer_carries_the_security_headers(address: str, client: Client) -> None:
    headers = client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" in headers
    assert "referrer-policy" in headers


@in_both_languages
@pytest.mark.parametrize("address", ["/nothing", "/indicatorss", "/.env", "/%3Cscript%3E", "/%E6%B2%92%E6%9C%89"])
def test_an_unknown_page_is_told_in_the_readers_language(address: str, language: Language, client: Client) -> None:
    for answer in (client.get(f"{address}?lang={language}"), client.get(address, accept_language=language)):
        assert answer.status == 404
        head = Head(answer.text)
        assert head.lang == HTML_LANG[language]
        assert text("not_found", language) in answer.text
        assert [answer.find(href) for href in head.addresses].count(f"/?lang={language}") == 1
        assert "<script" not in answer.text


@pytest.mark.parametrize("address", ["/a/b", "/indicator/a%2Fb", "/indicators/x"])
def test_an_unknown_page_below_another_is_told_too(address: str, client: Client) -> None:
    answer = client.get(f"{address}?lang=en")
    assert answer.status == 404
    assert text("not_found", "en") in answer.text


@in_both_languages
@pytest.mark.parametrize(("name", "parameter"), DETAILS.items(), ids=DETAILS)
def test_a_short_address_of_a_single_thing_leads_to_its_page(
    name: str, parameter: str, language: Language, client: Client
) -> None:
    answer = client.get(f"/{name}/some-thing_1?lang={language}&view=table")
    assert answer.status in (302, 303, 307, 308)
    parts = urlsplit(answer.location)
    assert parts.netloc == ""
    assert parts.path == f"/{name}"
    assert dict(parse_qsl(parts.query)) == {"lang": language, "view": "table", parameter: "some-thing_1"}
    assert read(client, f"{parts.path}?{parts.query}").lang == HTML_LANG[language]


def test_a_short_address_keeps_letters_beyond_ascii(client: Client) -> None:
    parts = urlsplit(client.get("/story/%E4%B8%AD").headers["location"])
    assert dict(parse_qsl(parts.query)) == {"slug": "中"}


@pytest.mark.parametrize("key", ["%3Fb", "%23b", "a%25b"])
def test_a_short_address_with_marks_in_it_keeps_them(key: str, client: Client) -> None:
    parts = urlsplit(client.get(f"/indicator/{key}").headers["location"])
    assert parse_qsl(parts.query) == parse_qsl(f"code={key}")


def test_the_overview_has_one_address(client: Client) -> None:
    answer = client.get("/overview?lang=en&layer=vote")
    assert answer.status in (302, 303, 307, 308)
    parts = urlsplit(answer.location)
    assert (parts.netloc, parts.path) == ("", "/")
    assert dict(parse_qsl(parts.query)) == {"lang": "en", "layer": "vote"}


def test_crawlers_may_read_everything(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Disallow: /" not in answer.text
    assert "User-agent: *" in answer.text


def test_what_pages_draw_with_is_fetched_at_once(client: Client, static: Path) -> None:
    fetched = {
        name: re.findall(r'<link rel="modulepreload" crossorigin href="\./(static/js/[^"]+)"', client.get(name).text)
        for name in ("/", "/indicator?code=cpi_score", "/ledger")
    }
    for name, files in fetched.items():
        assert all((static / file.partition("?")[0]).is_file() for file in files), name
        assert len(files) == len(set(files)), name
        assert any("/Html." in file for file in files), name
        # What a page is drawn with is run as well, so that nothing changes its height when it comes.
        run = re.findall(r'<script type="module" crossorigin src="([^"]+)"', client.get(name).text)
        assert [address.rpartition("/")[2].partition(".")[0] for address in run] == ["pieces", "index"]
        pieces = dict(parse_qsl(urlsplit(unescape(run[0])).query))
        assert list(pieces) == ["Html", "ButtonGroup", *([] if name == "/" else ["Selectbox", "TextInput"])]
        assert {f"static/js/{file}" for file in pieces.values()} <= set(files)
    # The chart library comes twice: the few lines that wait for the heading, and what they wait with.
    charts = {name: [file for file in files if "/PlotlyChart." in file] for name, files in fetched.items()}
    library = f"static/js/{next((static / 'static' / 'js').glob('PlotlyChart.*.js')).name}"
    both = [library, f"{library}?whole"]
    assert charts == {"/": both, "/indicator?code=cpi_score": both, "/ledger": []}


def test_a_script_comes_with_all_it_imports_once(tmp_path: Path) -> None:
    for name, words in {
        "Html.1.js": 'import{a}from"./b.2.js";import"./c.3.js";',
        "b.2.js": 'import{x as y}from"./c.3.js";',
        "c.3.js": 'import"./b.2.js";',
        "other.4.js": "",
    }.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    assert list_scripts(tmp_path, "Html", "absent") == ["Html.1.js", "b.2.js", "c.3.js"]
