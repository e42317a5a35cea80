import pytest

from dashboard.language import Language
from dashboard.wording import find_faults, normalise

BAD: list[tuple[str, Language, str, str, str]] = [
    ("Losses fell because of the law.", "en", "E2", "outcome", "cause"),
    ("The platform led to fewer disputes.", "en", "E2", "outcome", "cause"),
    ("Thanks to open data, use rose from 3 to 9.", "en", "E2", "outcome", "cause"),
    ("Use rose on the back of the portal.", "en", "E2", "outcome", "cause"),
    ("The act helped to lower losses.", "en", "E2", "outcome", "contribution"),
    ("The act reduced the yearly losses by 48%.", "en", "E3", "outcome", "effect_size"),
    ("Handling improved from 6 to 3 days.", "en", "E1", "outcome", "improvement"),
    ("The share fell from 9% to 3%.", "en", "E1", "outcome", "change"),
    ("Costs doubled under the plan.", "en", "E1", "input", "change"),
    ("Use declined slightly from about 9 to 3.", "en", "E1", "outcome", "change"),
    ("Use rose to 1.5 million, the ministry says.", "en", "E1", "outcome", "change"),
    ("The figures prove that it works.", "en", "E5", "outcome", "certainty"),
    ("A landmark reform covers 34 projects.", "en", "E5", "outcome", "praise"),
    ("34 platforms prevented corruption.", "en", "E1", "output", "output_as_outcome"),
    ("Taiwan is an OGP member.", "en", "E5", "outcome", "name"),
    ("Taiwan ranked 24th in 2025.", "en", "E2", "impact", "rank_without_base"),
    ("損失因為新法而下降。", "zh-TW", "E2", "outcome", "cause"),
    ("平臺促使爭議由 9 件降為 3 件。", "zh-TW", "E2", "outcome", "cause"),
    ("新法有助於減少損失。", "zh-TW", "E2", "outcome", "contribution"),
    ("新法使損失減少 48%。", "zh-TW", "E3", "outcome", "effect_size"),
    ("處理日數改善為 3 日。", "zh-TW", "E1", "outcome", "improvement"),
    ("占比由 9% 降為 3%。", "zh-TW", "E1", "outcome", "change"),
    ("廉政署金額增加，占比仍低。", "zh-TW", "E1", "input", "change"),
    ("計畫總經費上修三次。", "zh-TW", "E1", "input", "change"),
    ("詐騙廣告減少九成。", "zh-TW", "E1", "outcome", "change"),
    ("數字證明制度可行。", "zh-TW", "E5", "outcome", "certainty"),
    ("成功設立 34 個平臺。", "zh-TW", "E5", "output", "praise"),
    ("34 個平臺防止了貪瀆。", "zh-TW", "E1", "output", "output_as_outcome"),
    ("臺灣是 OGP 會員。", "zh-TW", "E5", "outcome", "name"),
    ("臺灣 2025 年排名第 24 名。", "zh-TW", "E2", "impact", "rank_without_base"),
]
EVASIONS: list[tuple[str, Language]] = [
    ("The platform LED TO fewer disputes.", "en"),
    ("The platform led\u00a0to fewer disputes.", "en"),
    ("The platform l\u200bed to fewer disputes.", "en"),
    ("The platform ｌｅｄ ｔｏ fewer disputes.", "en"),
    ("The platform led  to fewer disputes.", "en"),
    ("平臺促 使爭議減少。", "zh-TW"),
    ("平臺促\u200b使爭議減少。", "zh-TW"),
]
GOOD: list[tuple[str, Language, str, str]] = [
    ("Losses rose from 3 to 9 between 2019 and 2022.", "en", "E2", "outcome"),
    ("The platform covered 34 projects.", "en", "E1", "output"),
    ("The share was 9% in 2019 and 3% in 2022.", "en", "E1", "outcome"),
    ("The railway fell behind plan, and 33 penalties fell on donors.", "en", "E1", "output"),
    ("A count that only rises; about 9 proposals declined, 3 were dropped from the list.", "en", "E1", "output"),
    ("The ministry said that use rose from 1.5 to 3 million.", "en", "E1", "outcome"),
    ("Prices did not rise, and nothing fell.", "en", "E1", "outcome"),
    ("Nobody has shown that the platform led to fewer disputes.", "en", "E1", "output"),
    ("The act contributed to lower losses.", "en", "E3", "outcome"),
    ("Taiwan ranked 24th of 182 in 2025.", "en", "E2", "impact"),
    ("Taiwan is not an OGP member.", "en", "E1", "output"),
    ("The minister said that a fifth of cases led to a law.", "en", "E0", "outcome"),
    ("公開招標占比由 87% 降為 83%。", "zh-TW", "E2", "outcome"),
    ("2019 年為 9%，2022 年為 3%，少了 6 個百分點。", "zh-TW", "E1", "outcome"),
    ("3 件新增為承諾，投票年齡調降為 18 歲，用以減少用塑。", "zh-TW", "E1", "output"),
    ("部長說，誤差已經下降；累計只增不減。", "zh-TW", "E1", "outcome"),
    ("已公開 34 個平臺。", "zh-TW", "E1", "output"),
    ("沒有來源能說明平臺促使爭議減少。", "zh-TW", "E1", "output"),
    ("新法有助於減少損失。", "zh-TW", "E3", "outcome"),
    ("臺灣在 182 個國家中排名第 24 名。", "zh-TW", "E2", "impact"),
    ("臺灣並非 OGP 會員。", "zh-TW", "E1", "output"),
    ("有效票中五成三同意。", "zh-TW", "E1", "outcome"),
]


@pytest.mark.parametrize(("sentence", "language", "grade", "level", "code"), BAD)
def test_words_stronger_than_the_grade_are_refused(
    sentence: str, language: Language, grade: str, level: str, code: str
) -> None:
    assert code in [fault.code for fault in find_faults(sentence, language, grade, level)]


@pytest.mark.parametrize(("sentence", "language"), EVASIONS)
def test_disguised_words_are_refused_all_the_same(sentence: str, language: Language) -> None:
    assert "cause" in [fault.code for fault in find_faults(sentence, language, "E2", "outcome")]


@pytest.mark.parametrize(("sentence", "language", "grade", "level"), GOOD)
def test_words_the_grade_allows_pass(sentence: str, language: Language, grade: str, level: str) -> None:
    assert find_faults(sentence, language, grade, level) == []


def test_what_was_said_at_e0_must_be_told_as_said() -> None:
    told = "A fifth of cases led to a law."
    assert [fault.code for fault in find_faults(told, "en", "E0", "outcome")] == ["cause"]


def test_normalising_keeps_the_words() -> None:
    assert normalise("Ｌｅｄ\u00a0 to  臺灣") == "led to 台灣"
