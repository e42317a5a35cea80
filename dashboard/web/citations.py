"""How to quote what is published: a sentence with its number and day, citations, BibTeX, and frames for other sites.

What is cited is fixed: the address carries the day, so that a reader of the citation sees the figures quoted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.evidence import fill
from dashboard.language import Language, format_period, pick, text
from dashboard.markup import escape, fill_claim, say_lesser_level
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.web.addresses import embed_path, share_path

EMBED_HEIGHT = {"indicator": 540, "claim": 660, "story": 620}
"""Height of a frame in pixels: the wide picture at 640 pixels, or the square one on a phone, and the words below."""
EMBED_WIDTH = 640
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "−": r"$-$",
    }
)


@dataclass(frozen=True)
class Cited:
    """What is cited: a thing as it stood on a day, and under which address of the site."""

    kind: str
    key: str
    title: str
    sentence: str
    publishers: str
    """Who published the figures; empty for a story."""
    language: Language
    day: str
    version: str
    base: str
    level: str = ""
    """Step of the results chain; empty for a story, which has many."""

    @property
    def caveat(self) -> str:
        """Return the words that an input, an activity or an output is no outcome; else nothing."""
        return say_lesser_level(self.level, self.language) if self.level else ""

    @property
    def address(self) -> str:
        """Return the address that shows the thing as of the day, for good."""
        return self.base + share_path(self.kind, self.key, self.language, self.day)


def name_publishers(card: IndicatorCard, language: Language) -> str:
    """Return the publishers of an indicator's figures, at most three by name."""
    names = list(dict.fromkeys(pick(source, "publisher", language) for source in card.sources))
    joint = text("comma", language)
    more = text("and_more_sources", language, count=len(names) - 3) if len(names) > 3 else ""
    return f"{joint.join(names[:3])}{' ' if more and language == 'en' else ''}{more}"


def cite_claim(
    filled: FilledClaim, card: IndicatorCard, language: Language, day: str, version: str, base: str
) -> Cited:
    """Return what is cited of a claim."""
    claim = filled.claim
    title = fill_claim(filled, "title", language)
    sentence = fill(pick(claim, "sentence", language), filled.written[language])
    publishers = name_publishers(card, language)
    return Cited("claim", claim.id, title, sentence, publishers, language, day, version, base, claim.result_level)


def cite_indicator(card: IndicatorCard, sentence: str, language: Language, day: str, version: str, base: str) -> Cited:
    """Return what is cited of an indicator; the sentence is what its figure says."""
    title = pick(card.indicator, "title", language)
    publishers = name_publishers(card, language)
    row = card.indicator
    return Cited("indicator", row.code, title, sentence, publishers, language, day, version, base, row.result_level)


def cite_story(slug: str, title: str, summary: str, language: Language, day: str, version: str, base: str) -> Cited:
    """Return what is cited of a story."""
    return Cited("story", slug, title, summary, "", language, day, version, base)


def quote_sentence(cited: Cited) -> str:
    """Return the sentence with its day and where it is from."""
    return text(
        "quote_sentence",
        cited.language,
        sentence=cited.sentence.rstrip("。."),
        level=_level(cited),
        day=_day(cited),
        address=cited.address,
    )


def cite_short(cited: Cited) -> str:
    """Return the citation a footnote has room for."""
    return text(
        "cite_short", cited.language, title=cited.title, level=_level(cited), day=_day(cited), address=cited.address
    )


def cite_full(cited: Cited) -> str:
    """Return the citation with publishers of the figures, version and licence."""
    kind = text(f"cite_kind_{cited.kind}", cited.language)
    key = "cite_full" if cited.publishers else "cite_full_story"
    return text(
        key,
        cited.language,
        kind=text("semicolon", cited.language).join(filter(None, (kind, cited.caveat))),
        title=cited.title,
        year=cited.day[:4],
        day=_day(cited),
        address=cited.address,
        publishers=cited.publishers,
        version=cited.version,
    )


def _level(cited: Cited) -> str:
    return text("cite_level", cited.language, level=cited.caveat) if cited.caveat else ""


def _day(cited: Cited) -> str:
    return format_period(cited.day, cited.language)


def escape_tex(words: str) -> str:
    """Return words that mean the same inside a BibTeX field."""
    return words.translate(TEX)


def write_bibtex(cited: Cited) -> str:
    """Return a BibTeX entry; the inner braces keep capitals and Chinese as written."""
    language = "chinese" if cited.language == "zh-TW" else "english"
    note = text("bibtex_note", cited.language, day=_day(cited), version=cited.version)
    if cited.publishers:
        note = f"{note}{text('bibtex_publishers', cited.language, publishers=cited.publishers)}"
    if cited.caveat:
        note = f"{note}{text('semicolon', cited.language)}{cited.caveat}"
    fields = {
        "author": f"{{{escape_tex(text('product', cited.language))}}}",
        "title": f"{{{escape_tex(cited.title)}}}",
        "year": cited.day[:4],
        "month": str(int(cited.day[5:7])),
        "howpublished": escape_tex(text("bibtex_kind", cited.language)),
        "note": escape_tex(note),
        "url": cited.address.replace("{", "%7B").replace("}", "%7D"),
        "urldate": cited.day,
        "language": language,
    }
    key = f"ogo_{cited.kind}_{cited.key}_{cited.day}".replace("-", "_")
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{key},\n{body}\n}}"


def embed_code(
    base: str,
    kind: str,
    key: str,
    language: Language,
    title: str,
    asof: str = "",
    width: int = EMBED_WIDTH,
    height: int | None = None,
) -> str:
    """Return the frame to paste into another site; with ``asof`` its figures never change. Sizes in pixels."""
    source = base + embed_path(kind, key, language, asof)
    return (
        f'<iframe src="{escape(source)}" title="{escape(title)}" width="100%" height="{height or EMBED_HEIGHT[kind]}" '
        f'style="border:0;max-width:{width}px" loading="lazy"></iframe>'
    )


def list_citations(cited: Cited) -> Mapping[str, str]:
    """Return everything there is to copy: key of its name → text."""
    frame = (cited.base, cited.kind, cited.key, cited.language, cited.title)
    return {
        "copy_sentence": quote_sentence(cited),
        "copy_short": cite_short(cited),
        "copy_full": cite_full(cited),
        "copy_bibtex": write_bibtex(cited),
        "copy_embed": embed_code(*frame),
        "copy_frozen": embed_code(*frame, cited.day),
    }
