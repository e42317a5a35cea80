"""The SQL behind a view of an indicator, and examples to begin with."""

from collections.abc import Sequence

from dashboard.language import Language, suffix
from dashboard.models import Observation

COLUMNS = tuple(name for name in Observation.model_fields)


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def write_selection(
    code: str,
    *,
    areas: Sequence[str] | None = None,
    level: str | None = None,
    part: str | None = None,
    period: str | None = None,
) -> str:
    """Return the query that gives exactly the rows ``get_observations`` gives for the same choices."""
    lines = [f"WHERE indicator_code = {_quote(code)}"]
    if areas is not None:
        lines.append(f"  AND ref_area IN ({', '.join(map(_quote, areas))})")
    if level is not None:
        lines.append(f"  AND ref_area IN (SELECT code FROM place WHERE level = {_quote(level)})")
    if part is not None:
        lines.append(f"  AND breakdown = {_quote(part)}")
    if period is not None:
        lines.append(f"  AND time_period = {_quote(period)}")
    columns = ", ".join(COLUMNS)
    return "\n".join([f"SELECT {columns}", "FROM observation", *lines, "ORDER BY period_end, ref_area, breakdown"])


EXAMPLES: dict[str, str] = {
    "latest": """
SELECT i.title_{language} AS indicator, o.time_period, o.obs_value, u.title_{language} AS unit,
  s.publisher_{language} AS publisher
FROM observation o
JOIN indicator i ON i.code = o.indicator_code
JOIN unit u ON u.code = i.unit
JOIN source s ON s.code = o.source_code
WHERE o.ref_area = 'TWN' AND o.breakdown = '_T' AND i.result_level = 'outcome' AND o.obs_value IS NOT NULL
  AND o.period_end = (
    SELECT max(n.period_end) FROM observation n
    WHERE n.indicator_code = o.indicator_code AND n.ref_area = 'TWN' AND n.breakdown = '_T' AND n.obs_value IS NOT NULL)
ORDER BY i.theme, i.code
""",
    "counties": """
SELECT p.title_{language} AS county, o.time_period, o.obs_value, rank() OVER (ORDER BY o.obs_value DESC) AS place
FROM observation o
JOIN place p ON p.code = o.ref_area
WHERE o.indicator_code = 'women_share_of_councillors_elected' AND p.level = 'county' AND o.breakdown = '_T'
  AND o.time_period = (
    SELECT max(time_period) FROM observation WHERE indicator_code = 'women_share_of_councillors_elected')
ORDER BY o.obs_value DESC
""",
    "doubts": """
SELECT grade, title_{language} AS claim, biggest_doubt_{language} AS doubt, checked
FROM claim
WHERE grade IN ('E0', 'E1')
ORDER BY grade, theme, id
""",
    "commitments": """
SELECT plan, completion, count(*) AS commitments
FROM commitment
GROUP BY plan, completion
ORDER BY plan, commitments DESC
""",
    "missing": """
SELECT i.title_{language} AS indicator, o.ref_area, o.time_period, o.obs_status, o.note_{language} AS reason
FROM observation o
JOIN indicator i ON i.code = o.indicator_code
WHERE o.obs_value IS NULL
ORDER BY i.code, o.ref_area, o.period_end
""",
    "revised": """
SELECT indicator_code, ref_area, time_period, breakdown, source_code,
       count(*) AS publications, min(published) AS first, max(published) AS last
FROM observation_vintage
GROUP BY indicator_code, ref_area, time_period, breakdown, source_code
HAVING count(*) > 1
ORDER BY last DESC
""",
}
"""Name → query, with ``{language}`` for the ending of a column in the reader's language."""


def write_example(name: str, language: Language) -> str:
    """Return an example in the reader's language."""
    return EXAMPLES[name].strip().replace("{language}", suffix(language))
