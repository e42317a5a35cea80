"""Which words a sentence may use, given how strong its proof is; in both languages.

The rules readers see (method page) in the order they are tried: some words are refused at any grade, causal words below
E3, an effect's size below E4, words of improvement and of change below E2, words of outcome for what was merely
delivered. A refused word is allowed when the sentence denies it ("nobody has shown that it led to …"), a word of change
when somebody is named who says it.
"""

import re
import unicodedata
from dataclasses import dataclass

from dashboard.evidence import GRADES
from dashboard.language import Language
from dashboard.models import ResultLevel

DENIALS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(no|not|nobody|none|never|nothing|neither|cannot|without|whether)\b[^.;]{0,40}$"),
    "zh-TW": re.compile(r"(沒有|並未|尚未|未能|未|無法|無人|不是|並非|非|不能|不足以|是否|無從)[^。；]{0,16}$"),
}
"""What must stand shortly before a refused word, in the same clause, to make it a denial."""


@dataclass(frozen=True)
class Rule:
    """Words refused below a grade, and the key of the reason readers and editors see."""

    code: str
    below: str
    words: dict[Language, str]


RULES = (
    Rule(
        "certainty",
        "E6",
        {
            "en": r"prov(e|es|ed|en|ing)\b|undeniabl|undoubted|certain(ly)?\b|unquestionabl|guarantee",
            "zh-TW": r"證明了?|必然|毫無疑問|無庸置疑|確保|保證",
        },
    ),
    Rule(
        "praise",
        "E6",
        {
            "en": r"success(es|ful|fully)?\b|groundbreaking|world-leading|world-class|remarkabl|outstanding|landmark\b"
            r"|impressive|pioneer",
            "zh-TW": r"成功|卓越|亮眼|領先全球|世界級|輝煌|豐碩|傲人|創舉|典範",
        },
    ),
    Rule(
        "effect_size",
        "E4",
        {
            "en": r"(reduc|cut|lower|increas|rais|boost|slash)(ed|es|ing|ting)?\s+(?!from\b)(\w+\s+){1,5}by\s"
            r"|saved\s+(the|tax)\w*\s",
            "zh-TW": r"使[^，。；]{1,20}(減少|降低|增加|提高)|讓[^，。；]{1,20}(減少|降低|增加|提高)",
        },
    ),
    Rule(
        "cause",
        "E3",
        {
            "en": r"because\b|thanks to|led to|leads? to|leading to|due to|owing to|result(ed|s|ing)? in|as a result"
            r"|as a consequence|consequently|caus(e|ed|es|ing)\b|brought about|prompt(ed|s)\b|trigger(ed|s)?\b"
            r"|drove\b|driven by|spurred|paved the way|gave rise to|attributable to|credited (to|with)|on the back of"
            r"|in the wake of|made possible|enabl(ed|es|ing)\b|responsible for|thereby|translated into|bore fruit",
            "zh-TW": r"因為|由於|因此|因而|從而|進而|促使|促成|使得|導致|造成|帶動|帶來|催生|歸功|拜[^，。]{1,8}所賜"
            r"|得力於|得益於|受惠於|推升|所致|之賜|奏效|見效",
        },
    ),
    Rule(
        "contribution",
        "E3",
        {
            "en": r"contribut(ed|es|ing) to|help(ed|s)? (to\s)?\w+",
            "zh-TW": r"有助於|有助|協助[^，。]{1,12}(減少|提高|改變)|貢獻",
        },
    ),
    Rule(
        "improvement",
        "E2",
        {
            "en": r"improv(e|ed|es|ing|ement|ements)\b|enhanc(e|ed|es|ing|ement)\b|strengthen(ed|s|ing)?\b"
            r"|effective(ly|ness)?\b",
            "zh-TW": r"改善|提升|強化|優化|精進|有效(?!票|期|樣本|回收|問卷|年限)",
        },
    ),
    Rule(
        "change",
        "E2",
        {
            # Not "fell behind", "fell on donors", "grew out of", "was dropped from the list", "declined to answer".
            "en": r"(rose|risen|climbed|dipped|shrank|doubled|halved|went (up|down)|grew(?! out)|grown"
            r"|fell(?! (behind|short|on|under|within|outside|into|through|apart))|fallen(?! behind)"
            r"|(?<!was )(?<!were )(?<!been )(increased|decreased|declined|dropped)( \w+ly)? (from|since|between|by|to)"
            r"(?= [^.;]{0,12}\d))\b",
            # Not 新增為, 晉升為, 調降為.
            "zh-TW": r"上升|下降|上修|下修|倍增|(?<!新)增(為|至|到)|(?<![晉調])[升降減漲跌](為|至|到)|成長 ?\d"
            r"|(?<!新)(增加|減少)了?(?= ?\d|[一二兩三四五六七八九十半近逾約]|[,.;。、]|$)",
        },
    ),
)

OUTCOME_WORDS: dict[Language, str] = {
    "en": r"benefit(s|ed|ing)?\b|prevent(ed|s|ing)?\b|protected\b|saved\b|less corruption|reduced corruption"
    r"|transformed\b",
    "zh-TW": r"受惠|防止|避免了|節省了|減少貪|杜絕|遏止|翻轉",
}
"""Words of outcome, refused for inputs, activities and outputs."""

SAYING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(said|says|claim(s|ed)?|according to|stated?|told)\b"),
    "zh-TW": re.compile(r"說|稱|表示|宣稱|自述|主張"),
}
TOLD: dict[Language, re.Pattern[str]] = {
    language: re.compile(rf"({saying.pattern})([^.;。]|\.(?=\d))*") for language, saying in SAYING.items()
}
"""What a sentence tells as somebody's words: a change may be told so at any grade."""

NAMES: dict[Language, str] = {
    "en": r"\bogp member\b|member of the ogp|irm report",
    "zh-TW": r"ogp ?會員|ogp ?成員|irm ?報告",
}

RANK: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(rank\w*|plac(ed|es)|came|stood|stands)\s[^.;]{0,30}?\b\d+(st|nd|rd|th)\b|\b\d+(st|nd|rd|th) (place|in the)"
    ),
    "zh-TW": re.compile(r"(排名?|位居|名列|居|列)?第 ?\d+ ?(名|位)"),
}
RANK_BASE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(of|among|out of)\s(the\s)?\d+"),
    "zh-TW": re.compile(
        r"[\d一二三四五六七八九十百]+ ?(個|國|經濟體|縣市|名|者)[^。]{0,10}(中|之中|裡)|共 ?\d+|/ ?\d+"
    ),
}


@dataclass(frozen=True)
class Fault:
    """A word that says more than the proof, and why."""

    code: str
    words: str


def normalise(sentence: str) -> str:
    """Return a sentence as the rules read it: one width, one case, no hidden characters, single spaces.

    So that full-width letters, zero-width joiners, soft hyphens, odd spaces or capitals do not hide a word.
    """
    plain = unicodedata.normalize("NFKC", sentence).replace("臺", "台")
    if not plain.isprintable():
        hidden = {letter for letter in plain if unicodedata.category(letter) in ("Cf", "Cc")} - set("\n\t ")
        plain = "".join(letter for letter in plain if letter not in hidden)
    plain = re.sub(r"[‐‑–—_]", "-", plain)
    plain = re.sub(r"\s+", " ", plain).lower()
    # Han words written apart read as one.
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", plain)


def _found(pattern: str, sentence: str, language: Language) -> str | None:
    """Return the first refused words that the sentence does not deny."""
    start = r"\b(?:" if language == "en" else "(?:"
    for match in re.finditer(start + pattern + ")", sentence):
        if not DENIALS[language].search(sentence[: match.start()]):
            return match[0].strip()
    return None


def find_wrong_name(sentence: str, language: Language) -> str | None:
    """Return words that call Taiwan an OGP member, or the independent review an IRM report, unless denied."""
    return _found(NAMES[language], normalise(sentence), language)


def find_faults(sentence: str, language: Language, grade: str, level: str) -> list[Fault]:
    """Return every word a sentence may not use at its grade and result level.

    Args:
        sentence: with its numbers filled in.
        language: of the sentence.
        grade: E0 to E5.
        level: input, activity, output, outcome or impact.
    """
    plain = normalise(sentence)
    reached = GRADES.index(grade)
    faults = []
    # What E0 grades is that somebody says so: the words are theirs, and the sentence must name the saying.
    quoted = grade == "E0" and SAYING[language].search(plain)
    for rule in RULES:
        if quoted and rule.code in ("cause", "contribution", "improvement"):
            continue
        read = TOLD[language].sub(" ", plain) if rule.code == "change" else plain
        if reached < int(rule.below[1]) and (words := _found(rule.words[language], read, language)):
            faults.append(Fault(rule.code, words))
    delivered = level in (ResultLevel.INPUT, ResultLevel.ACTIVITY, ResultLevel.OUTPUT)
    if delivered and (words := _found(OUTCOME_WORDS[language], plain, language)):
        faults.append(Fault("output_as_outcome", words))
    if words := find_wrong_name(sentence, language):
        faults.append(Fault("name", words))
    if (rank := RANK[language].search(plain)) and not RANK_BASE[language].search(plain):
        faults.append(Fault("rank_without_base", rank[0]))
    return faults
