"""Pieces of the study of joining the OGP: what was estimated, how sure it is, and what it may not be taken for."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import estimators, markup, worldfigures
from dashboard.components.charts import CHART_CONFIG, fold_table, show_source_note
from dashboard.components.choices import url_choice
from dashboard.components.layout import link
from dashboard.components.reader import Reader, get_cards, get_claims, get_rows, kept, show_html
from dashboard.language import Language, text

INDICATOR = "ogp_joining_estimates"
CLAIM = "ogp_joining_no_clear_change"
PUBLISHED = ("control_of_corruption", "government_effectiveness")
"""Outcomes of the published study compared with."""
SIGNIFICANT = 0.05
PATH, MAIN, BEFORE, PUBLISHED_DESIGN = "path", "main", "before", "park_kim"


def show_study(reader: Reader) -> None:
    """Show the study of outcomes before and after joining the OGP: finding, grade, figures, checks, table, method."""
    if INDICATOR not in get_cards(reader) or get_rows(reader, "get_study").empty:
        show_html(markup.paragraph(reader.text("no_value"), "muted"))
        return
    _show_finding(reader)
    outcome = _choose_outcome(reader)
    _show_words(reader, outcome)
    left, right = st.columns(2, gap="large")
    with left:
        _show_figure(reader, outcome, "path")
    with right:
        _show_figure(reader, outcome, "forest")
    show_source_note(reader, get_cards(reader)[INDICATOR], {}, "2002/2023")
    _show_proof(reader)


@kept
def _show_finding(reader: Reader) -> None:
    found = get_claims(reader).get(CLAIM)
    if found is not None:
        show_html(markup.claim_block(found, reader.language, link("claim", reader, id=CLAIM)))


@kept
def _show_words(reader: Reader, outcome: str) -> None:
    study = get_rows(reader, "get_study")
    own = study[study["outcome"] == outcome]
    show_html(markup.paragraph(read_outcome(reader, own, outcome), "reading"))


@kept
def _show_proof(reader: Reader) -> None:
    show_html(_downloads(reader))
    show_html(markup.paragraph(read_published(reader, get_rows(reader, "get_study"))))
    show_html(_table(reader))
    show_html(_method(reader))


def _choose_outcome(reader: Reader) -> str:
    card = get_cards(reader)[INDICATOR]
    labels = {row.code: reader.pick(row, "title") for row in card.breakdowns}
    first = next(iter(labels))
    return url_choice(st.selectbox, reader.text("outcome_index"), labels, key="outcome", default=first) or first


def _main(rows: pd.DataFrame) -> Any:
    return rows[(rows["variant"] == MAIN) & (rows["estimator"] == "did2s")].iloc[0]


def _excludes_zero(row: Any) -> bool:
    return bool(row["lower"] > 0 or row["upper"] < 0)


def _checks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the averages of one outcome, the main one first."""
    return rows[~rows["variant"].isin([PATH, BEFORE])].reset_index(drop=True)


def _sign(value: float) -> str:
    """Return a difference with its sign; a difference that rounds to nothing has none."""
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"


def read_outcome(reader: Reader, rows: pd.DataFrame, outcome: str) -> str:
    """Return in plain words what the study found for one outcome, how it held up, and whether the groups were alike."""
    main = _main(rows)
    checks = _checks(rows).iloc[1:]
    apart = checks[[_excludes_zero(row) for _, row in checks.iterrows()]]
    before = rows[rows["variant"] == BEFORE].iloc[0]
    name = worldfigures.outcome_name(get_cards(reader)[INDICATOR], outcome, reader.language)
    words = [
        reader.text(
            "study_apart" if _excludes_zero(main) else "study_null", outcome=name, value=_sign(main["value"]),
            lower=_sign(main["lower"]), upper=_sign(main["upper"]), joiners=int(main["joiners"]),
            countries=int(main["countries"]),
        ),
        reader.text("study_checks", count=len(checks), apart=len(apart)),
    ]  # fmt: skip
    if len(apart):
        joint = "、" if reader.language == "zh-TW" else "; "
        found = (
            reader.text("value_interval", value=_variant_words(reader.language, row), interval=_sign(row["value"]))
            for _, row in apart.iterrows()
        )
        words.append(reader.text("study_checks_named", found=joint.join(found)))
    parted = before["p_value"] < SIGNIFICANT
    words.append(reader.text("study_parted" if parted else "study_parallel", p=f"{before['p_value']:.2f}"))
    return (" " if reader.language == "en" else "").join(words)


def read_published(reader: Reader, study: pd.DataFrame) -> str:
    """Return how the estimates by the design of the published study agree or differ with it."""
    rows = study[(study["variant"] == PUBLISHED_DESIGN) & study["outcome"].isin(PUBLISHED)]
    values = {row["outcome"]: row for _, row in rows.iterrows()}
    corruption, effectiveness = (values[name] for name in PUBLISHED)
    agree = not (_excludes_zero(corruption) or _excludes_zero(effectiveness))
    return reader.text(
        "study_agrees" if agree else "study_differs",
        corruption=_with_interval(reader, corruption), effectiveness=_with_interval(reader, effectiveness),
    )  # fmt: skip


def _with_interval(reader: Reader, row: Any) -> str:
    interval = f"{_sign(row['lower'])} – {_sign(row['upper'])}"
    return reader.text("value_interval", value=_sign(row["value"]), interval=interval)


def _variant_words(language: Language, row: Any) -> str:
    if row["variant"] == MAIN:
        return text(f"estimator_{row['estimator']}", language)
    return text(f"variant_{row['variant']}", language)


@kept
def _show_figure(reader: Reader, outcome: str, kind: str) -> None:
    study = get_rows(reader, "get_study")
    rows = study[study["outcome"] == outcome]
    if kind == "path":
        paths = rows[rows["variant"] == PATH]
        figure = worldfigures.build_path_figure(paths, reader.language, reader.mode, estimators.ESTIMATORS)
        table = _path_table(reader, paths)
    else:
        checks = _checks(rows)
        labels = [_variant_words(reader.language, row) for _, row in checks.iterrows()]
        figure = worldfigures.build_forest_figure(checks, labels, reader.language, reader.mode)
        intervals = [_with_interval(reader, row) for _, row in checks.iterrows()]
        table = pd.DataFrame({reader.text("column_way"): labels, reader.text("column_difference"): intervals})
    name = worldfigures.outcome_name(get_cards(reader)[INDICATOR], outcome, reader.language)
    show_html(f"<h3>{reader.html(f'study_{kind}_title')}</h3>")
    st.plotly_chart(
        figure, theme=None, config=CHART_CONFIG, key=f"study-{kind}", height=figure.layout.height,
        alt=reader.text(f"alt_study_{kind}", outcome=name),
    )  # fmt: skip
    note = markup.paragraph(reader.text(f"study_{kind}_note"), "muted small")
    show_html(note + fold_table(reader, reader.text(f"alt_study_{kind}", outcome=name), table, (1, 2, 3)))


def _path_table(reader: Reader, paths: pd.DataFrame) -> pd.DataFrame:
    """Return one row a year before or after joining and one column an estimator."""
    columns: dict[str, list[str]] = {}
    distances = sorted(paths["distance"].unique())
    columns[reader.text("column_distance")] = [f"{distance:+.0f}" for distance in distances]
    for name in dict.fromkeys(paths["estimator"]):
        own = paths[paths["estimator"] == name].set_index("distance")
        columns[reader.text(f"estimator_{name}")] = [
            _with_interval(reader, own.loc[distance]) if distance in own.index else "" for distance in distances
        ]
    return pd.DataFrame(columns)


def _downloads(reader: Reader) -> str:
    links = []
    for name in ("estimates", "panel"):
        href = f"/data/event_study/{name}.csv?lang={reader.language}"
        links.append(f'<a class="button" href="{href}" download>{reader.html(f"download_study_{name}")}</a>')
    return f'<p class="downloads">{" ".join(links)}</p>'


def _table(reader: Reader) -> str:
    study = get_rows(reader, "get_study")
    card = get_cards(reader)[INDICATOR]
    rows = []
    for outcome in dict.fromkeys(study["outcome"]):
        own = study[study["outcome"] == outcome]
        main = own[own["variant"] == MAIN].set_index("estimator")
        before = own[own["variant"] == BEFORE].iloc[0]
        rows.append(
            [
                worldfigures.outcome_name(card, outcome, reader.language),
                *[_with_interval(reader, main.loc[name]) for name in ("did2s", "sun_abraham", "twfe")],
                f"{before['p_value']:.2f}",
                reader.text("joiners_of", joiners=int(main.iloc[0]["joiners"]), count=int(main.iloc[0]["countries"])),
            ]
        )
    headings = [reader.text(key) for key in ("outcome_index", "estimator_did2s", "estimator_sun_abraham",
                                              "estimator_twfe", "column_before", "column_countries")]  # fmt: skip
    return markup.data_table(headings, rows, reader.text("study_table_caption"), numeric=(1, 2, 3, 4))


def _method(reader: Reader) -> str:
    joined = get_rows(reader, "get_memberships").get("ogp", {})
    left = sum(row.until is not None for row in joined.values())
    points = [
        reader.text("study_method_data"),
        reader.text("study_method_joining", count=len(joined), left=left),
        reader.text("study_method_estimators"),
        reader.text("study_method_before"),
        reader.text("study_method_checks"),
        reader.text("study_method_not"),
    ]
    items = "".join(f"<li>{markup.escape(words)}</li>" for words in points)
    return f"<details><summary>{reader.html('study_method')}</summary><ul>{items}</ul></details>"
