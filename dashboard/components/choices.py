"""Choices kept in the address by stable codes, so that every view can be shared, reloaded and gone back to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.language import DEFAULT_LANGUAGE, text


def url_choice(
    make: Callable[..., Any],
    label: str,
    labels: Mapping[str, str],
    *,
    key: str,
    default: str | None,
    **options: Any,
) -> str | None:
    """Show a choice whose stable code stands in the address; an unknown code falls back and says so.

    Streamlit's own binding writes the translated label, which the other language could not read.
    """
    asked = st.query_params.get(key)
    wanted = asked if asked in labels else default
    if asked is not None and asked not in labels:
        st.query_params.pop(key, None)
        st.caption(text("bad_choice", st.session_state.get("language", DEFAULT_LANGUAGE), value=asked[:40]))
    seen = f"_seen_{key}"
    if key not in st.session_state or st.session_state.get(seen) != wanted or st.session_state[key] not in labels:
        st.session_state[key] = wanted
        st.session_state[seen] = wanted

    def push() -> None:
        value = st.session_state[key]
        if value is not None and value not in labels:
            # After a change of language the browser may still send the other language's label; the address knows.
            return
        value = default if value is None else value
        st.session_state[seen] = value
        if value == default or value is None:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = value

    chosen = make(
        label, list(labels), format_func=lambda code: labels.get(code, code), key=key, on_change=push, **options
    )
    return chosen if chosen is not None else default


def url_choices(label: str, labels: Mapping[str, str], *, key: str, default: Sequence[str], most: int) -> list[str]:
    """Show a choice of several whose stable codes stand in the address, one parameter each; others are dropped.

    The session keeps it under a name of its own: another page may have a single choice under the same parameter.
    """
    usual = [code for code in default if code in labels]
    asked = st.query_params.get_all(key)
    wanted = [code for code in dict.fromkeys(asked) if code in labels][:most]
    if asked and not wanted:
        st.query_params.pop(key, None)
        st.caption(text("bad_choice", st.session_state.get("language", DEFAULT_LANGUAGE), value=asked[-1][:40]))
    wanted = wanted or usual
    own, seen = f"{key}_list", f"_seen_{key}_list"
    if st.session_state.get(seen) != wanted or not set(st.session_state.get(own) or [""]) <= set(labels):
        st.session_state[own] = list(wanted)
        st.session_state[seen] = list(wanted)

    def push() -> None:
        chosen = [code for code in st.session_state[own] if code in labels] or usual
        st.session_state[seen] = chosen
        if chosen == usual:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = chosen

    chosen = st.multiselect(
        label,
        list(labels),
        format_func=lambda code: labels.get(code, code),
        key=own,
        on_change=push,
        max_selections=most,
    )
    return list(chosen) or wanted


def url_text(label: str, *, key: str, placeholder: str) -> str:
    """Show a search field whose words stand in the address."""
    asked = st.query_params.get(key, "")[:80]
    if key not in st.session_state or st.session_state.get(f"_seen_{key}") != asked:
        st.session_state[key] = asked
        st.session_state[f"_seen_{key}"] = asked

    def push() -> None:
        words = st.session_state[key].strip()
        st.session_state[f"_seen_{key}"] = words
        if words:
            st.query_params[key] = words
        else:
            st.query_params.pop(key, None)

    return st.text_input(label, key=key, placeholder=placeholder, on_change=push, max_chars=80).strip()
