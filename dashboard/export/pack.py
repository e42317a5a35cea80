"""A reporter's pack: one zip with the rows, their meaning, pictures and a page in both languages, read offline.

The same edition gives the same bytes, so that a pack can be checked against another copy.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence

from dashboard import markup, views
from dashboard.exceptions import UnknownCodeError
from dashboard.export import picture, readme
from dashboard.export.canvas import write_png
from dashboard.export.files import write_sums, write_table
from dashboard.export.sheet import Size
from dashboard.export.shelf import Shelf
from dashboard.export.tables import both, describe_data, write_json
from dashboard.language import LANGUAGES, Language, pick, text
from dashboard.markup import escape, fill_claim, paragraph
from dashboard.models import CaseStudy
from dashboard.queries import FilledClaim, IndicatorCard
from dashboard.reading import story_values
from dashboard.views import Selection

Files = dict[str, bytes]
MARK = re.compile(r"^\{\{(claim|figure|number|map):([^}]+)\}\}$")
SIZES: tuple[Size, ...] = ("card", "square")
SUMS = "SHA256SUMS"


def write_zip(files: Mapping[str, bytes], folder: str, shelf: Shelf) -> bytes:
    """Return files as a zip under one folder, dated by the edition and not by the clock."""
    day = shelf.published or shelf.day
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _finish(files: Files, stem: str, shelf: Shelf) -> bytes:
    return write_zip({**files, SUMS: write_sums(files)}, f"{stem}_{shelf.day.isoformat()}", shelf)


def _add_tables(files: Files, shelf: Shelf, code: str, forms: Sequence[str] = ("csv", "parquet", "xlsx")) -> None:
    """Add an indicator's whole table with words in both languages, and its metadata."""
    whole = Selection(code)
    frame = shelf.rows(code)
    for language in LANGUAGES:
        for form in forms:
            files[f"data/{code}_{language}.{form}"] = write_table(form, frame, shelf, whole, language)
    files[f"data/{code}.json"] = write_json(describe_data(frame, shelf, whole))


def _add_picture(files: Files, name: str, svg: str) -> str:
    """Add a picture in both forms and return the path of the PNG."""
    files[f"pictures/{name}.svg"] = svg.encode()
    files[f"pictures/{name}.png"] = write_png(svg)
    return f"pictures/{name}.png"


def build_indicator_pack(shelf: Shelf, code: str) -> bytes:
    """Return the pack of an indicator.

    Raises:
        UnknownCodeError: when there is no such indicator.
    """
    if code not in shelf.cards:
        raise UnknownCodeError("indicators", code)
    files: Files = {}
    _add_tables(files, shelf, code)
    for language in LANGUAGES:
        for size in SIZES:
            _add_picture(
                files, f"{code}_{language}_{size}", picture.draw_indicator(shelf, Selection(code), language, size)
            )
    names = sorted([*files, *[f"README.{language}.html" for language in LANGUAGES]])
    for language in LANGUAGES:
        files[f"README.{language}.html"] = _write_indicator_page(shelf, code, names, language)
    return _finish(files, code, shelf)


def _write_indicator_page(shelf: Shelf, code: str, names: Sequence[str], language: Language) -> bytes:
    card = shelf.cards[code]
    row = card.indicator
    path, level = f"/indicator/{code}", row.result_level
    frame = shelf.rows(code)
    claims = [filled for filled in shelf.claims.values() if filled.claim.indicator == code]
    finding = views.find_claim(claims, code)
    name = pick(row, "title", language)
    title = fill_claim(finding, "title", language) if finding else name
    gaps = [gap for gap in shelf.gaps if gap.theme == row.theme]
    sections = [
        (text("view_chart", language), readme.show_picture(f"pictures/{code}_{language}_card.png", title)),
        (text("pack_claims", language), "".join(markup.claim_block(filled, language) for filled in claims)),
        (text("pack_numbers", language), readme.list_rows(frame, card, shelf, language)),
        (text("definition", language), paragraph(pick(row, "definition", language))),
        (text("processing", language), paragraph(pick(row, "processing", language))),
        (text("pack_limits", language), readme.list_limits([card], claims, gaps, language)),
        (text("sources", language), readme.list_sources(card.sources, _terms(shelf, language), language)),
        (
            text("pack_cite", language),
            readme.write_citation(name, path, shelf, language, level),
        ),
        (text("pack_contact", language), readme.write_contact([pick(row, "custodian", language)], language)),
        (text("pack_files", language), readme.list_files(names, language)),
    ]
    unit = pick(card.unit, "title", language)
    return readme.write_page(title, text("measure", language, title=name, unit=unit), sections, language)


def _terms(shelf: Shelf, language: Language) -> dict[str, str]:
    return {
        code: pick(terms, "title", language) for card in shelf.cards.values() for code, terms in card.licenses.items()
    }


def list_story_indicators(shelf: Shelf, story: CaseStudy) -> list[str]:
    """Return the indicators a story shows or rests on, the leading one first."""
    codes = [story.lead_indicator]
    for line in story.body_en.splitlines():
        if (mark := MARK.match(line.strip())) and mark[1] in ("figure", "map"):
            codes.append(mark[2].partition("|")[0])
    codes += [key.indicator_code for filled in story_claims(shelf, story) for key in filled.keys if key.indicator_code]
    return [code for code in dict.fromkeys(codes) if code in shelf.cards]


def story_claims(shelf: Shelf, story: CaseStudy) -> list[FilledClaim]:
    """Return the claims a story makes or shows."""
    return [
        filled
        for filled in shelf.claims.values()
        if filled.claim.case_study == story.slug or f"{filled.claim.id}." in story.body_en
    ]


def build_story_pack(shelf: Shelf, slug: str) -> bytes:
    """Return the pack of a story: its text with pictures, every table it rests on, its claims.

    Raises:
        UnknownCodeError: when there is no such story.
    """
    story = shelf.stories.get(slug)
    if story is None:
        raise UnknownCodeError("stories", slug)
    files: Files = {}
    for code in list_story_indicators(shelf, story):
        _add_tables(files, shelf, code, ("csv", "parquet"))
    files["data/claims.json"] = write_json([_describe_claim(filled) for filled in story_claims(shelf, story)])
    bodies = {language: _write_body(files, shelf, story, language) for language in LANGUAGES}
    for language in LANGUAGES:
        _add_picture(files, f"{slug}_{language}_card", picture.draw_story(shelf, slug, language, "card"))
    names = sorted([*files, *[f"README.{language}.html" for language in LANGUAGES]])
    for language in LANGUAGES:
        files[f"README.{language}.html"] = _write_story_page(shelf, story, bodies[language], names, language)
    return _finish(files, slug, shelf)


def _describe_claim(filled: FilledClaim) -> dict[str, object]:
    claim = filled.claim
    fields = ("title", "sentence", "biggest_doubt")
    return {
        "id": claim.id,
        **{name: {language: fill_claim(filled, name, language) for language in LANGUAGES} for name in fields},
        "indicator": claim.indicator,
        "result_level": claim.result_level,
        "grade": claim.grade,
        "grade_reasons": {
            language: [text(f"reason_{code}", language) for code in claim.grade_reasons] for language in LANGUAGES
        },
        "independent_verdict": both(claim, "independent_verdict"),
        "checked": claim.checked.isoformat(),
        "values": filled.values,
        "keys": [key.model_dump(exclude={"claim_id"}, exclude_none=True) for key in filled.keys],
    }


def _write_body(files: Files, shelf: Shelf, story: CaseStudy, language: Language) -> list[tuple[str, str]]:
    """Return a story's sections as (heading, HTML); its figures become pictures of the pack."""
    sections: list[tuple[str, str]] = []
    for section in re.split(r"^## ", pick(story, "body", language), flags=re.MULTILINE):
        head, _, rest = section.partition("\n")
        blocks = [
            _write_block(files, shelf, story, block.strip(), language) for block in rest.split("\n\n") if block.strip()
        ]
        if head.strip() or blocks:
            sections.append((shelf.fill_story(story, head.strip(), language), "".join(blocks)))
    return sections


def _write_block(files: Files, shelf: Shelf, story: CaseStudy, block: str, language: Language) -> str:
    mark = MARK.match(block)
    if mark is None:
        return markup.rich_paragraphs(shelf.fill_story(story, block, language))
    kind, words = mark[1], mark[2].strip()
    if kind == "claim":
        return markup.claim_block(shelf.claims[words], language) if words in shelf.claims else ""
    if kind == "number":
        value = story_values(shelf.claims, story.slug, language).get(words.partition("@")[0])
        return "" if value is None else f"<p><b>{escape(value)}</b></p>"
    selection = _read_mark(kind, words)
    if selection.code not in shelf.cards:
        return ""
    name = "-".join(re.findall(r"[A-Za-z0-9_]+", words))[:80]
    path = _add_picture(files, f"{name}_{language}", picture.draw_indicator(shelf, selection, language, "card"))
    return readme.show_picture(path, pick(shelf.cards[selection.code].indicator, "title", language))


def _read_mark(kind: str, words: str) -> Selection:
    """Return the rows a figure's mark names: ``code|area,area|part``, or ``code|level|part|period`` for a map."""
    code, first, part, period = [*words.split("|"), "", "", ""][:4]
    if kind == "map":
        return Selection(code, None, first, part or None, period or None)
    return Selection(code, tuple(first.split(",")) if first else ("TWN",), None, part or None)


def _write_story_page(
    shelf: Shelf, story: CaseStudy, body: Sequence[tuple[str, str]], names: Sequence[str], language: Language
) -> bytes:
    title = shelf.fill_story(story, pick(story, "title", language), language)
    cards: list[IndicatorCard] = [shelf.cards[code] for code in list_story_indicators(shelf, story)]
    claims = story_claims(shelf, story)
    gaps = [gap for gap in shelf.gaps if gap.theme == story.theme]
    cited = [shelf.sources[code] for code in story.sources if code in shelf.sources]
    custodians = [pick(card.indicator, "custodian", language) for card in cards]
    sections = [
        (text("view_chart", language), readme.show_picture(f"pictures/{story.slug}_{language}_card.png", title)),
        *body,
        (text("pack_limits", language), readme.list_limits(cards, claims, gaps, language)),
        (text("sources", language), readme.list_sources(cited, _terms(shelf, language), language)),
        (text("pack_cite", language), readme.write_citation(title, f"/story/{story.slug}", shelf, language)),
        (text("pack_contact", language), readme.write_contact(custodians, language)),
        (text("pack_files", language), readme.list_files(names, language)),
    ]
    lead = shelf.fill_story(story, pick(story, "summary", language), language)
    return readme.write_page(title, lead, sections, language)
