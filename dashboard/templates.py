"""Templates for editors: a new indicator or story, with every place marked that must be filled.

``check`` refuses every text that still carries the mark, so a template passes only when it is really filled.
"""

from pathlib import Path

from dashboard.catalog import TEMPLATE_MARK, today
from dashboard.checks import BORROW, SECTIONS
from dashboard.exceptions import MetadataError
from dashboard.models import ResultLevel

INDICATOR = """\
# One indicator; what each key means stands in data/README.md. Replace every {mark} and run: python -m dashboard check
theme = "participation"          # themes.toml
result_level = "output"          # input · activity · output · outcome · impact, by the strict rule
kind = "measured"                # measured · country_score · perception
unit = "percent"                 # units.toml
direction = "neutral"            # higher_is_better · lower_is_better · neutral
frequency = "annual"             # annual · monthly · election · irregular · once
sources = ["{mark}"]             # codes in data/sources; the first is preferred
published = {day}
reviewed = {day}
next_review = {later}
keywords = []

title = {{ zh-TW = "{mark}", en = "{mark}" }}
custodian = {{ zh-TW = "{mark}", en = "{mark}" }}
definition = {{ zh-TW = "{mark}", en = "{mark}" }}
processing = {{ zh-TW = "{mark}", en = "{mark}" }}
usage_warnings = {{ zh-TW = "{mark}", en = "{mark}" }}
"""

OBSERVATIONS = "ref_area,time_period,obs_value\nTWN,{mark},0\n"

STEP = '[{name}]\n"zh-TW" = "{mark}"\nen = "{mark}"\n'

FACTS = """\
# What both languages of a story share. Replace every {mark} and run: python -m dashboard check
theme = "participation"          # themes.toml
position = 99                    # place in the index
lead_indicator = "{mark}"        # its series is the picture on the card
commitments = []                 # such as nap1-4-2
places = []                      # such as TW-TAO
sources = ["{mark}"]             # at least three, one of them independent of government
policy_areas = ["{mark}"]        # see policy_… in dashboard/texts.toml
ogp_values = ["transparency"]    # transparency · participation · accountability · inclusion · technology
checked = {day}

{steps}
[[timeline]]
date = "{year}"
"zh-TW" = "{mark}"
en = "{mark}"

[[claim]]
id = "{mark}"
indicator = "{mark}"
result_level = "output"
design = "Ds1"
reliability = "undetermined"
independence = "I0"
checked = {day}
title = {{ zh-TW = "{mark}", en = "{mark}" }}
sentence = {{ zh-TW = "{mark} {{value}}", en = "{mark} {{value}}" }}
biggest_doubt = {{ zh-TW = "{mark}", en = "{mark}" }}

[claim.values]
value = ["{mark}", "TWN", "{year}"]
"""

PROSE = '+++\ntitle = "{mark}"\nsummary = "{mark}"\nrevised = {day}\n+++\n\n{sections}\n'


def write_indicator(data: Path, code: str) -> list[Path]:
    """Write the two files of a new indicator and return them.

    Raises:
        MetadataError: when the code is taken.
    """
    day = today()
    filled = INDICATOR.format(mark=TEMPLATE_MARK, day=day, later=day.replace(year=day.year + 1))
    files = {
        data / "indicators" / f"{code}.toml": filled,
        data / "indicators" / f"{code}.csv": OBSERVATIONS.format(mark=TEMPLATE_MARK),
    }
    return _write(files, code)


def write_story(case_studies: Path, slug: str) -> list[Path]:
    """Write the three files of a new story and return them.

    Raises:
        MetadataError: when the slug is taken.
    """
    day = today()
    names = [f"ladder.{level}" for level in ResultLevel] + [f"borrow.{key}" for key in BORROW]
    steps = "\n".join(STEP.format(name=name, mark=TEMPLATE_MARK) for name in names)
    files = {case_studies / slug / "facts.toml": FACTS.format(mark=TEMPLATE_MARK, day=day, year=day.year, steps=steps)}
    for language, headings in SECTIONS.items():
        sections = "\n\n".join(f"## {heading}\n\n{TEMPLATE_MARK}" for heading in headings)
        words = PROSE.format(mark=TEMPLATE_MARK, day=day, sections=sections)
        files[case_studies / slug / f"{language}.md"] = words
    return _write(files, slug)


def _write(files: dict[Path, str], code: str) -> list[Path]:
    if taken := [path.name for path in files if path.exists()]:
        raise MetadataError(code, [f"{name} is there already; choose another name" for name in taken])
    for path, words in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    return list(files)
