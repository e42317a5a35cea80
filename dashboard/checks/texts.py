"""Checks of texts and their translation: both languages there, each in its own script, names that are right."""

import re
from collections.abc import Iterator

from dashboard.catalog import Catalog
from dashboard.checks.common import check
from dashboard.language import LANGUAGES
from dashboard.wording import find_wrong_name


def _texts(catalog: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Yield model name, label, field stem and the two languages of every bilingual text."""
    for model, rows in catalog.tables.items():
        stems = [name.removesuffix("_zh_tw") for name in model.model_fields if name.endswith("_zh_tw")]
        stems = [stem for stem in stems if stem != "revised"]
        for row in rows:
            label = next(
                (getattr(row, key) for key in ("code", "id", "slug", "indicator_code") if hasattr(row, key)), ""
            )
            for stem in stems:
                chinese, english = getattr(row, f"{stem}_zh_tw"), getattr(row, f"{stem}_en")
                yield f"{model.__name__.lower()} {label}, {stem}", stem, chinese or "", english or ""


def _bilingual(catalog: Catalog) -> int:
    return sum(1 for _ in _texts(catalog))


@check(_bilingual)
def check_both_languages_are_there(catalog: Catalog) -> Iterator[str]:
    """每段文字都有中文與英文。

    Every text exists in Chinese and in English.
    """
    for where, _, chinese, english in _texts(catalog):
        if bool(chinese) != bool(english):
            yield where


@check(_bilingual)
def check_languages_stay_apart(catalog: Catalog) -> Iterator[str]:
    """中文欄位確實含有漢字，英文欄位不以漢字寫成。

    Chinese texts hold Han characters; English texts are not written in them.
    """
    han = re.compile(r"[\u4e00-\u9fff]")
    for where, stem, chinese, english in _texts(catalog):
        if stem == "rival_explanations":
            chinese, english = "".join(chinese), " ".join(english)
        if english and len(han.findall(english)) > len(english) / 5:
            yield f"{where}: English text in Han characters"
        if len(chinese) > 12 and not han.search(chinese):
            yield f"{where}: Chinese text without Han characters"


@check(_bilingual)
def check_taiwan_is_called_what_it_is(catalog: Catalog) -> Iterator[str]:
    """文字不把臺灣稱為 OGP 會員，也不把比照其方法的獨立審查稱為 IRM 報告。

    No text calls Taiwan an OGP member, or the independent review following the IRM method an IRM report.
    """
    for where, _, chinese, english in _texts(catalog):
        for language, words in zip(LANGUAGES, (chinese, english), strict=True):
            if found := find_wrong_name("".join(words), language):
                yield f"{where}: {found}"
