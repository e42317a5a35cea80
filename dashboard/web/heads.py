"""Heads of pages on one thing: the finding, its picture and its machine description, wherever the link is pasted."""

from collections.abc import Callable, Mapping

from dashboard.language import Language
from dashboard.web.addresses import live_path, picture_path, share_path, with_query
from dashboard.web.documents import CARD, Head, by_language
from dashboard.web.edition import Edition
from dashboard.web.machines import tell_machines
from dashboard.web.things import Thing

Path = Callable[[str, str, Language], str]


def thing_head(edition: Edition, thing: Thing, path: Path) -> Head:
    """Return the head of a page on a thing; ``path`` says which of its pages it is.

    The canonical address carries no day: a page of another day is a view of the same page.
    """
    image = picture_path(thing.kind, thing.key, edition.language, "png", CARD, edition.asof)
    return Head(
        edition.language,
        thing.title,
        thing.description,
        edition.absolute(path(thing.kind, thing.key, edition.language)),
        by_language(lambda language: edition.absolute(path(thing.kind, thing.key, language))),
        kind="article" if thing.kind == "story" else "website",
        image=edition.absolute(image),
        image_alt=thing.picture_alt,
        links=list(_links(edition, thing, path)),
        machine=tell_machines(edition, thing),
    )


def _links(edition: Edition, thing: Thing, path: Path) -> list[Mapping[str, str]]:
    shared = edition.absolute(share_path(thing.kind, thing.key, edition.language, edition.asof))
    oembed = edition.absolute(with_query("/oembed", [("url", shared), ("format", "json")]))
    links: list[Mapping[str, str]] = [
        {"rel": "alternate", "type": "application/json+oembed", "href": oembed, "title": thing.title}
    ]
    other, name = (shared, "share_page") if path is live_path else (None, "live_page")
    target = other or edition.absolute(live_path(thing.kind, thing.key, edition.language))
    return [*links, {"rel": "alternate", "type": "text/html", "href": target, "title": edition.text(name)}]
