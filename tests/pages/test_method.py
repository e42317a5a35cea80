"""The page on method: which rules it tells."""

import pytest
from reading import new_session, visit

from dashboard.language import LANGUAGES, Language, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_tells_the_wording_rules_and_what_of_a_grade_people_judge(language: Language) -> None:
    words = visit(new_session(), "about", lang=language, view="method").text()
    assert text("method_words_title", language) in words
    assert text("method_words", language) in words
    assert text("method_raters", language) in words
    grades = text("method_grades", language)
    told = {"zh-TW": ("由人逐則判斷", "還沒有第二位評定者"), "en": ("judged by hand", "no second rater")}
    assert all(phrase in words for phrase in told[language])
    assert not any(phrase in grades for phrase in ("從不手填", "never typed"))
