"""Read a plain page the way a strict parser, a crawler and a data search engine do."""

import json
import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from client import Answer, Client

from dashboard.store import Store
from dashboard.web.edition import load_holdings

XHTML = "{http://www.w3.org/1999/xhtml}"


def parse(answer: Answer) -> Element:
    """Return the page's tree with its addresses as a browser finds them; a page that is not valid HTML is an error.

    None may begin at the root of the host, which is not ours where a host shows the site under a prefix.
    """
    assert answer.headers["content-type"].startswith("text/html")
    page = html5lib.HTMLParser(strict=True).parse(answer.text)
    for one in page.iter():
        for name in {"href", "src", "srcset", "action"} & set(one.keys()):
            address = one.get(name) or ""
            assert not address.startswith("/"), address
            one.set(name, answer.find(address) if address.startswith(".") else address)
    return page


def read_page(client: Client, address: str) -> Element:
    """Return the tree of a page that must be there."""
    answer = client.get(address)
    assert answer.status == 200, address
    return parse(answer)


def all_of(page: Element, tag: str, **attributes: str) -> list[Element]:
    """Return the elements of a tag with these attributes."""
    found = page.iter(f"{XHTML}{tag}")
    return [one for one in found if all(one.get(name) == value for name, value in attributes.items())]


def words_of(one: Element) -> str:
    """Return an element's text with single spaces."""
    return re.sub(r"\s+", " ", "".join(one.itertext())).strip()


def meta(page: Element, name: str) -> str:
    """Return what the head says under a name."""
    found = [one for one in all_of(page, "meta") if name in (one.get("name"), one.get("property"))]
    assert len(found) == 1, name
    return found[0].get("content") or ""


def machine(page: Element) -> dict[str, Any]:
    """Return the page's description for machines."""
    (block,) = all_of(page, "script")
    assert block.get("type") == "application/ld+json"
    return json.loads(block.text or "")


def sample_keys(site: Store, kind: str) -> list[str]:
    """Return a fair sample of what can be shared: every story, every thirtieth claim and indicator."""
    from dashboard.catalog import today

    held = load_holdings(site, today())
    if kind == "story":
        return sorted(held.stories)
    return sorted(held.claims if kind == "claim" else held.published)[::30]
