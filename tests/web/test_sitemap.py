from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from client import HOST, Client

from dashboard.catalog import today
from dashboard.language import HTML_LANG
from dashboard.store import Store
from dashboard.web.edition import load_holdings
from dashboard.web.shell import PAGES

SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def test_the_sitemap_names_every_page_in_both_languages(client: Client, site: Store) -> None:
    answer = client.get("/sitemap.xml", accept_encoding="gzip")
    assert answer.headers["content-type"].startswith("application/xml")
    root = ET.fromstring(answer.text)
    assert root.tag == f"{SITE}urlset"
    urls = root.findall(f"{SITE}url")
    places = [url.findtext(f"{SITE}loc") or "" for url in urls]
    assert len(set(places)) == len(places) < 50_000
    held = load_holdings(site, today())
    things = len(held.stories) + len(held.claims) + len(held.published)
    assert len(places) == 2 * (len(PAGES) + 1 + 2 * things)
    paths = {urlsplit(place).path for place in places}
    assert {"/", "/share/", *(f"/{name}" for name in PAGES[1:])} <= paths
    assert {f"/share/claim/{key}" for key in held.claims} <= paths
    for url, place in zip(urls, places, strict=True):
        assert urlsplit(place).netloc == HOST
        assert parse_qs(urlsplit(place).query)["lang"]
        links = {link.get("hreflang"): link.get("href") for link in url.findall(LINK)}
        assert set(links) == set(HTML_LANG.values())
        assert place in links.values()
        assert "2020-01-01" < (url.findtext(f"{SITE}lastmod") or "") <= today().isoformat()


def test_every_kind_of_address_in_the_sitemap_answers(client: Client) -> None:
    root = ET.fromstring(client.get("/sitemap.xml").text)
    places = [(url.findtext(f"{SITE}loc") or "").removeprefix(f"http://{HOST}") for url in root.findall(f"{SITE}url")]
    for place in [*places[:18], *places[18::97]]:
        answer = client.get(place)
        assert answer.status == 200, place
        assert f'rel="canonical" href="http://{HOST}{place.replace("&", "&amp;")}"' in answer.text


def test_crawlers_are_told_where_the_sitemap_is(client: Client) -> None:
    assert f"Sitemap: http://{HOST}/sitemap.xml" in client.get("/robots.txt").text.splitlines()
