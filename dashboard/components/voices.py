"""Pieces of the page that groups a reader's own opinions: everything stays in the session, nothing is cached or logged.

The file and the groups live in ``st.session_state``; no cache of Streamlit's sees them, because caches are shared
between readers.
"""

import threading
from collections.abc import Callable, Mapping
from typing import cast

import streamlit as st

from dashboard import markup, voices
from dashboard.components.choices import settle_choice, url_choice
from dashboard.components.layout import link
from dashboard.components.reader import Reader, show_html
from dashboard.exceptions import VoicesError
from dashboard.export import textsheets
from dashboard.language import format_number
from dashboard.voices import UNSORTED, Method, Table, Voices

STATE = "voices_state"
LISTED = 200
"""Opinions of a group offered for moving; the most typical come first."""
WAIT_SECONDS = 30
_one_at_a_time = threading.BoundedSemaphore(1)
"""Grouping keeps a processor busy for seconds; other readers' pages come first."""


def _state() -> dict:
    """Return what this session holds of a reader's file."""
    return st.session_state.setdefault(STATE, {"round": 0})


def forget() -> None:
    """Throw away file and groups of this session."""
    st.session_state[STATE] = {"round": _state()["round"] + 1}


def _show_problem(reader: Reader, error: VoicesError) -> None:
    words = reader.html(error.key, **error.values)
    show_html(f'<p class="problem" role="alert">{words}</p>')


def show_way_to_maps(reader: Reader) -> None:
    """Show where to go for opinions that others have gathered."""
    show_html(f'<p><a href="{link("opinions", reader)}">{reader.html("to_opinions")}</a></p>')


def show_privacy(reader: Reader) -> None:
    """Show what happens with a reader's file, before there is one."""
    lines = [reader.html(key) for key in ("voices_stays", "voices_personal")]
    show_html('<div class="prose"><ul>' + "".join(f"<li>{words}</li>" for words in lines) + "</ul></div>")


def choose_method(reader: Reader) -> Method:
    """Return what the opinions are to be compared by, and say what that is; meaning only where its model is there."""
    labels = {method: reader.text(f"voices_by_{method}") for method in ("wording", "meaning")}
    if voices.can_read_meaning():
        chosen = url_choice(
            st.segmented_control, reader.text("voices_method"), labels, key="method", default="wording", required=True
        )
    else:
        chosen = settle_choice({"wording": labels["wording"]}, key="method", default="wording")
        show_html(markup.paragraph(reader.text("voices_no_model"), "muted small"))
    show_html(f'<div class="prose">{markup.paragraph(reader.text(f"voices_machine_{chosen}"))}</div>')
    return cast(Method, chosen)


def load_opinions(reader: Reader) -> Table | None:
    """Return the reader's file as a table; None until there is one that can be read."""
    state = _state()
    given = st.file_uploader(
        reader.text("voices_file"), type=["csv", "tsv", "txt"], key=f"voices_file_{state['round']}",
        max_upload_size=voices.MOST_BYTES // 1024 // 1024,
    )  # fmt: skip
    if given is None:
        state.pop("table", None)
        state.pop("groups", None)
        return None
    if state.get("file") != given.file_id:
        state.update(file=given.file_id, table=None)
        state.pop("groups", None)
    if state.get("table") is None:
        try:
            state["table"] = voices.read_table(given.getvalue())
        except VoicesError as error:
            _show_problem(reader, error)
            return None
    return state["table"]


def group_table(reader: Reader, table: Table, method: Method) -> Voices | None:
    """Offer column and number of groups, group on request, and return the groups; None until there are any."""
    state = _state()
    first, second, third = st.columns([3, 2, 2], vertical_alignment="bottom")
    with first:
        place = st.selectbox(
            reader.text("voices_column"), range(len(table.columns)), index=voices.guess_column(table),
            format_func=lambda place: table.columns[place][:60], key=f"voices_column_{state['file']}",
        )  # fmt: skip
    with second:
        wanted = st.selectbox(
            reader.text("voices_count"), [0, *range(2, voices.MOST_GROUPS + 1)],
            format_func=lambda count: reader.text("voices_auto") if count == 0 else str(count),
            key=f"voices_count_{state['file']}",
        )  # fmt: skip
    with third:
        pressed = st.button(reader.text("voices_group"), type="primary", key="voices_group")
    if pressed:
        state.pop("groups", None)
        try:
            with st.spinner(reader.text(f"voices_working_{method}", count=format_number(len(table.rows), 0))):
                state["groups"] = _group(table.column(place), wanted or None, method)
        except VoicesError as error:
            _show_problem(reader, error)
    return state.get("groups")


def _group(cells: list[str], wanted: int | None, method: Method) -> Voices:
    """Return the groups; a reader who goes on to something else stops the work when the bar moves next."""
    texts = voices.list_opinions(cells)
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise VoicesError("voices_busy")
    try:
        bar = st.empty()
        found = voices.group_opinions(texts, wanted, method, bar.progress)
        bar.empty()
        return found
    finally:
        _one_at_a_time.release()


def group_names(reader: Reader, held: Voices) -> dict[int, str]:
    """Return what each group is called: a person's name for it, else its words, always told apart by number."""
    joint = "、" if reader.language == "zh-TW" else ", "
    names = {}
    for number, group in enumerate(held.sizes, start=1):
        if group in held.names:
            names[group] = held.names[group]
        elif group == UNSORTED:
            names[group] = reader.text("voices_unsorted")
        else:
            words = joint.join(held.words.get(group, ())[:3])
            key = "voices_name" if words else "voices_name_plain"
            names[group] = reader.text(key, number=number, words=words)
    return names


def show_voices(reader: Reader, held: Voices) -> None:
    """Show what the machine made, with its label, size, words and typical opinions of each group."""
    kept = {group: size for group, size in held.sizes.items() if group not in held.excluded}
    groups = len(kept.keys() - {UNSORTED})
    count = reader.text("voices_found", groups=groups, count=format_number(sum(kept.values()), 0))
    label = f'<span class="tag">{reader.html(f"voices_label_{held.method}")}</span>'
    show_html(f'<p role="status" class="count">{label} {markup.escape(count)}</p>')
    personal = voices.find_personal(held.texts)
    if personal:
        total = format_number(sum(personal.values()), 0)
        show_html(f'<p class="changed" role="note"><b>{reader.html("voices_found_personal", count=total)}</b></p>')
    names = group_names(reader, held)
    show_html(f'<div class="voices">{"".join(_group_card(reader, held, group, names) for group in held.sizes)}</div>')


def _group_card(reader: Reader, held: Voices, group: int, names: Mapping[int, str]) -> str:
    size = held.sizes[group]
    share = reader.html(
        "voices_share", count=format_number(size, 0), share=format_number(size / len(held.texts) * 100, 0)
    )
    joint = "、" if reader.language == "zh-TW" else ", "
    marks = joint.join(held.words.get(group, ()))
    body = "".join(f"<li>{markup.escape(words[:160])}</li>" for words in voices.representatives(held, group))
    out = f'<span class="tag late">{reader.html("voices_left_out")}</span>' if group in held.excluded else ""
    words = f'<p class="muted small">{reader.html("voices_marks")} {markup.escape(marks)}</p>' if marks else ""
    return (
        f'<article class="voice-group{" out" if out else ""}"><h3>{markup.escape(names[group])} {out}</h3>'
        f'<p class="muted">{share}</p>{words}<ul>{body}</ul></article>'
    )


def edit_voices(reader: Reader, held: Voices) -> None:
    """Let a person rename, merge, leave out and move; each change takes effect at once."""
    names = group_names(reader, held)
    choices = list(held.sizes)
    group = st.selectbox(
        reader.text("voices_edit"), choices, format_func=lambda code: names.get(code, ""), key="voices_edit"
    )
    if group is None:
        return

    def keep(change: Callable[[Voices], Voices]) -> None:
        _state()["groups"] = change(_state()["groups"])

    first, second, third = st.columns(3, vertical_alignment="bottom")
    with first:
        st.text_input(
            reader.text("voices_rename"), value=held.names.get(group, ""), max_chars=60,
            key=f"voices_rename_{group}", placeholder=names[group],
            on_change=lambda: keep(lambda now: voices.rename(now, group, st.session_state[f"voices_rename_{group}"])),
        )  # fmt: skip
    others = [code for code in choices if code != group]
    with second:
        into = st.selectbox(
            reader.text("voices_into"), others, index=None, format_func=lambda code: names.get(code, ""),
            key=f"voices_into_{group}", placeholder=reader.text("voices_choose"),
        )  # fmt: skip
    with third, st.container(horizontal=True):
        st.button(
            reader.text("voices_merge"), disabled=into is None, key="voices_merge",
            on_click=lambda: keep(lambda now: voices.merge(now, group, into if into is not None else group)),
        )  # fmt: skip
        out = group in held.excluded
        st.button(
            reader.text("voices_take_in" if out else "voices_leave_out"), key="voices_leave",
            on_click=lambda: keep(lambda now: voices.exclude(now, group, not out)),
        )  # fmt: skip
    rows = held.rows(group)[:LISTED]
    chosen = st.multiselect(
        reader.text("voices_opinions", count=len(rows)), rows, key=f"voices_rows_{group}",
        format_func=lambda row: voices.mask(held.texts[row])[:80], placeholder=reader.text("voices_choose"),
    )  # fmt: skip
    st.button(
        reader.text("voices_move"), disabled=not chosen or into is None, key="voices_move",
        on_click=lambda: keep(lambda now: voices.move(now, chosen, into if into is not None else group)),
    )  # fmt: skip


def export_voices(reader: Reader, held: Voices) -> None:
    """Offer the groups as CSV and XLSX, made in memory, and the way to throw everything away."""
    names = group_names(reader, held)
    placed = {"person": reader.text("voices_by_person"), "machine": reader.text(f"voices_by_machine_{held.method}")}
    rows = [(name, words, placed[who]) for name, words, who in voices.list_rows(held, names)]
    headings = [reader.text(key) for key in ("voices_column_group", "voices_column_opinion", "voices_column_by")]
    about = [
        [reader.text("voices_column_group"), reader.text("voices_column_size"), reader.text("voices_column_words")],
        *(
            [names[group], str(size), " / ".join(held.words.get(group, ()))]
            for group, size in held.sizes.items()
            if group not in held.excluded
        ),
        [reader.text(f"voices_label_{held.method}"), "", reader.text(f"voices_machine_{held.method}")],
    ]
    sheets = {reader.text("voices_sheet_opinions"): [headings, *rows], reader.text("voices_sheet_groups"): about}
    with st.container(horizontal=True):
        st.download_button(
            reader.text("voices_csv"), lambda: textsheets.write_csv(rows, headings), "opinions.csv", "text/csv",
            key="voices_csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            reader.text("voices_xlsx"), lambda: textsheets.write_workbook(sheets), "opinions.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="voices_xlsx", on_click="ignore",
        )  # fmt: skip
    show_html(markup.paragraph(reader.text("voices_export_note"), "muted small"))
    # Apart from the downloads: it cannot be undone.
    st.button(reader.text("voices_forget"), key="voices_forget", on_click=forget)
