"""The page of online consultations: the agreement with the platform is told, and one group alone is not compared."""

from dataclasses import replace

import pytest
from reading import open_page

from dashboard.catalog import today
from dashboard.components import opinions as pieces
from dashboard.language import LANGUAGES, Language, format_number, text
from dashboard.queries import get_opinions
from dashboard.store import Store

CONSULTATIONS = ("vtaiwan-uber-2015", "vtaiwan-ai-2023")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", CONSULTATIONS)
def test_how_far_our_groups_agree_with_the_stored_ones_stands_on_the_page(
    slug: str, language: Language, site: Store
) -> None:
    row = get_opinions(site, slug, today()).consultation
    assert row.same_group is not None and row.rand_index is not None
    assert row.same_group >= 92
    assert row.rand_index >= 0.79
    words = text(
        "sure_stored", language, share=format_number(row.same_group, 0), rand=format_number(row.rand_index, 2),
        found=row.found_groups,
    )  # fmt: skip
    assert words in open_page("opinions", lang=language, c=slug).text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["united", "divided", "groups"])
def test_of_one_shown_group_nothing_is_said_to_unite_or_divide(
    kind: str, language: Language, site: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = get_opinions(site, CONSULTATIONS[1], today())
    lone = replace(held, groups=held.groups[:1])
    monkeypatch.setattr(pieces, "_cached_opinions", lambda *_: lone)
    page = open_page("opinions", lang=language, c=CONSULTATIONS[1], list=kind)
    assert text("one_group", language) in page.text()
    assert not any("statements" in body and "<article" in body for body in page.html)
