"""What pages tell machines has the shape schema.org and data search engines ask for."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from client import HOST, Client
from plain_pages import machine, read_page, sample_keys

from dashboard.catalog import today
from dashboard.language import HTML_LANG, LANGUAGES, Language
from dashboard.store import Store
from dashboard.web.addresses import THINGS, live_path, share_path
from dashboard.web.edition import load_holdings

THING = {"name", "alternateName", "description", "identifier", "image", "mainEntityOfPage", "sameAs", "url"}
WORK = THING | {
    "about", "abstract", "author", "citation", "comment", "creativeWorkStatus", "creator", "dateModified",
    "datePublished", "encodingFormat", "headline", "inLanguage", "isAccessibleForFree", "isBasedOn", "keywords",
    "license", "publisher", "spatialCoverage", "temporalCoverage", "text", "version",
}  # fmt: skip
PROPERTIES = {
    "Thing": THING,
    "Organization": THING,
    "Place": THING,
    "PropertyValue": THING | {"unitText", "value"},
    "CreativeWork": WORK,
    "Comment": WORK,
    "Claim": WORK | {"appearance", "claimInterpreter", "firstAppearance"},
    "Article": WORK | {"articleBody", "articleSection", "wordCount"},
    "Dataset": WORK | {"distribution", "measurementTechnique", "variableMeasured", "includedInDataCatalog", "issn"},
    "DataDownload": WORK | {"contentUrl", "contentSize", "uploadDate"},
}
"""Properties of each type we use, as schema.org defines them."""
REQUIRED = {
    "Dataset": {"name", "description", "creator", "license", "temporalCoverage", "spatialCoverage", "distribution"},
    "Article": {"headline", "image", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage"},
    "Claim": {"text", "author", "datePublished", "name", "isBasedOn"},
    "DataDownload": {"contentUrl", "encodingFormat"},
    "Organization": {"name"},
    "Comment": {"text"},
}
KINDS = {"indicator": "Dataset", "claim": "Claim", "story": "Article"}
ISO = re.compile(r"\d{4}(-\d\d(-\d\d)?)?(/\d{4}(-\d\d(-\d\d)?)?)?")


def nodes(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield told
        for value in told.values():
            yield from nodes(value)
    elif isinstance(told, list):
        for value in told:
            yield from nodes(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_is_told_to_machines_in_the_words_of_the_standard(
    kind: str, language: Language, client: Client, site: Store
) -> None:
    for key in sample_keys(site, kind):
        told = machine(read_page(client, share_path(kind, key, language)))
        assert told["@context"] == "https://schema.org"
        assert told["@type"] == KINDS[kind]
        assert told["inLanguage"] == HTML_LANG[language]
        for node in nodes(told):
            given = {name for name in node if not name.startswith("@")}
            assert given <= PROPERTIES[node["@type"]], node["@type"]
            assert REQUIRED.get(node["@type"], set()) <= given, node["@type"]
            assert all(value not in ("", [], None) for value in node.values()), node
            for name in ("url", "contentUrl", "sameAs", "license", "mainEntityOfPage"):
                assert urlsplit(node.get(name, "https://x.example")).scheme in ("http", "https"), name
            for name in ("datePublished", "dateModified", "temporalCoverage"):
                assert ISO.fullmatch(node.get(name, "2024")), node[name]
        assert told["datePublished"] <= told["dateModified"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dataset_has_what_data_search_engines_demand(language: Language, client: Client, site: Store) -> None:
    held = load_holdings(site, today())
    for key in sample_keys(site, "indicator"):
        told = machine(read_page(client, share_path("indicator", key, language)))
        assert 50 <= len(told["description"]) <= 5000
        assert told["identifier"] == key
        start, end = told["temporalCoverage"].split("/")
        assert start <= end[: len(start)] or start[: len(end)] <= end
        assert len(told["isBasedOn"]) == len(held.cards[key].sources)
        for file in told["distribution"]:
            answer = client.get(file["contentUrl"].removeprefix(f"http://{HOST}"))
            assert answer.status == 200
            assert answer.headers["content-type"].startswith(file["encodingFormat"])


def test_a_table_that_may_not_be_republished_is_not_offered_under_our_licence(client: Client, site: Store) -> None:
    card = load_holdings(site, today()).cards["cpi_score"]
    assert not card.redistribute
    told = machine(read_page(client, share_path("indicator", "cpi_score", "en")))
    assert told["license"] == card.licenses[card.sources[0].license].url
    free = machine(read_page(client, share_path("indicator", "same_sex_marriages", "en")))
    assert free["license"] == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("kind", "key"), [("indicator", "cpi_score"), ("claim", "cpi_within_margin"), ("story", "open-contracting")]
)
def test_a_live_page_tells_the_finding_in_its_head_and_leads_crawlers_to_the_plain_page(
    kind: str, key: str, client: Client
) -> None:
    from test_shell import Head

    plain = Head(client.get(share_path(kind, key, "en")).text)
    answer = client.get(live_path(kind, key, "en"))
    live = Head(answer.text)
    assert live.title == plain.title
    for name in ("description", "og:title", "og:description", "og:image", "og:image:alt", "twitter:card"):
        assert live.metas[name] == plain.metas[name]
    links = {(one.get("rel"), one.get("type")): one["href"] for one in live.links if "hreflang" not in one}
    assert links["canonical", None] == f"http://{HOST}{live_path(kind, key, 'en')}"
    assert links["alternate", "text/html"] == f"http://{HOST}{share_path(kind, key, 'en')}"
    assert ("alternate", "application/json+oembed") in links
    assert ("alternate", "application/atom+xml") in links
    (hidden,) = re.findall(r"<noscript>(.*?)</noscript>", answer.text, flags=re.DOTALL)
    assert plain.metas["og:title"] in hidden.replace("&#x27;", "'")
    assert f'href="http://{HOST}/share/{kind}/{key}?lang=en"' in hidden


def test_a_live_page_on_nothing_keeps_a_general_head(client: Client) -> None:
    from test_shell import Head

    head = Head(client.get("/indicator?code=none&lang=en").text)
    assert "og:image" not in head.metas
    assert "Indicator" in head.title
