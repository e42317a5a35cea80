"""What a reader sees who searches: the best first, each with what it is; a way on when there is nothing."""

import pytest
from reading import Page, new_session, open_page, visit

from dashboard.components.search import BEST, MOST, SHOWN
from dashboard.language import LANGUAGES, Language, text
from dashboard.web.shell import DETAILS, MORE, PAGES

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def results(page: Page) -> str:
    """Return the HTML of the results, empty when there are none."""
    return next((body for body in page.html if 'class="results"' in body), "")


def links(page: Page) -> list[str]:
    """Return where the results lead, in their order."""
    from reading import read_html

    return read_html(results(page)).links


@in_both_languages
def test_the_best_hit_stands_first_with_what_it_is_and_the_words_marked(language: Language) -> None:
    page = open_page("search", lang=language, q="採購廉政平台")
    assert page.headings[1] == text("search_best", language)
    assert any("code=integrity_platforms&" in f"{href}&" for href in links(page)[:BEST])
    first = results(page).partition("</section>")[0]
    assert text("one_indicator", language) in first
    assert first.count("<li>") == BEST
    assert "<mark>" in first
    assert {"level", "grade", "context"} <= page.classes


@in_both_languages
def test_the_number_of_results_is_told_and_announced(language: Language) -> None:
    page = open_page("search", lang=language, q="AAC")
    told = text("search_found", language, words="AAC", count=len(links(page)))
    assert told in page.text()
    assert 'role="status"' in results(page)


def test_the_rest_stands_by_kind_and_what_is_too_much_is_folded_away() -> None:
    page = open_page("search", lang="en", q="integrity platform")
    titles = page.headings[2:]
    assert len(titles) == len(set(titles)) > 2
    groups = results(page).split("<section>")[2:]
    for group in groups:
        shown, _, folded = group.partition("<details>")
        assert shown.count("<li>") <= SHOWN
        assert not folded or shown.count("<li>") == SHOWN
    assert any("<details>" in group for group in groups)


def test_no_more_is_listed_than_a_page_can_hold() -> None:
    page = open_page("search", lang="en", q="Taiwan")
    assert len(links(page)) == MOST
    assert text("search_found_most", "en", words="Taiwan", count=MOST) in page.text()


@in_both_languages
def test_nothing_found_is_one_sentence_with_similar_words_that_find_something(language: Language) -> None:
    page = open_page("search", lang=language, q="貪圬署")
    assert not results(page)
    near = [href for href in page.links if "/search?" in href and "q=" in href]
    assert near
    assert f"lang={language}" in near[0]
    assert results(open_page("search", lang=language, q="貪污"))


@in_both_languages
def test_nothing_like_it_is_one_sentence_too(language: Language) -> None:
    page = open_page("search", lang=language, q="…")
    assert text("search_none", language, words="…") in page.text()


def test_nothing_is_listed_before_anything_is_asked() -> None:
    page = open_page("search", lang="en")
    assert not results(page)
    assert page.at.text_input[0].value == ""


@pytest.mark.parametrize("words", ["<b>AAC</b>", "<script>alert(1)</script>", 'AAC" onclick="x'])
def test_words_of_the_reader_are_shown_as_words(words: str) -> None:
    page = open_page("search", lang="en", q=words)
    html = "".join(page.html)
    assert "<script" not in html and "<b>AAC" not in html and 'onclick="' not in html


def test_typing_in_the_field_changes_results_and_address() -> None:
    at = new_session()
    visit(at, "search", lang="en")
    at.text_input[0].set_value("turnout").run()
    assert at.query_params["q"] == ["turnout"] or at.query_params["q"] == "turnout"
    assert links(Page(at))


@in_both_languages
@pytest.mark.parametrize("page", [*PAGES, *MORE, *DETAILS])
def test_every_page_leads_to_search_in_its_language(page: str, language: Language) -> None:
    seen = open_page(page, lang=language)
    assert f"/search?lang={language}" in seen.links
    assert text("search_open", language) in seen.text()


def test_each_result_leads_to_a_page_of_the_site() -> None:
    known = {f"/{name}" for name in (*PAGES, *MORE, *DETAILS)}
    for words in ("AAC", "桃園", "turnout", "數位發展部"):
        found = links(open_page("search", lang="zh-TW", q=words))
        assert found
        assert {href.partition("?")[0] for href in found} <= known
