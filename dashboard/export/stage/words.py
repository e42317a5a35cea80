"""Small pieces of HTML that slides and question cards share."""

from collections.abc import Sequence

from dashboard.export.deck.model import Words
from dashboard.language import HTML_LANG, Language, text
from dashboard.markup import escape


def tell(words: Words, languages: Sequence[Language]) -> str:
    """Return words in each language shown; the second stands in an element of its own, marked as that language."""
    first, *rest = languages
    twins = [
        f'<span class="twin" lang="{HTML_LANG[language]}">{escape(words[language])}</span>'
        for language in rest
        if words[language] != words[first]
    ]
    return escape(words[first]) + "".join(twins)


def say_words(key: str, **values: object) -> Words:
    """Return an interface text in each language."""
    return {language: text(key, language, **values) for language in HTML_LANG}


def tell_text(key: str, languages: Sequence[Language]) -> str:
    """Return an interface text in each language shown."""
    return tell(say_words(key), languages)
