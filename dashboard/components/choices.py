"""Choices kept in the address by stable codes, so that every view can be shared, reloaded and gone back to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import streamlit as st

from dashboard.language import DEFAULT_LANGUAGE, period_end, text
from dashboard.models import check_period

READ = "_read"
LONGEST = 80
"""Characters of a word in the address that are looked at."""


def nearest_code(asked: str, codes: Collection[str]) -> str | None:
    """Return the code that is spelled most like what was asked for; None where none is near."""
    plain = {code.lower(): code for code in codes}
    found = get_close_matches(asked[:LONGEST].strip().lower(), list(plain), n=1, cutoff=0.8)
    return plain[found[0]] if found else None


def nearest_period(asked: str, periods: Collection[str]) -> str | None:
    """Return the period that ends nearest to the one asked for, the later of two; None where it is no period."""
    try:
        wanted = _ordinal(check_period(asked))
    except ValueError:
        return None
    return min(periods, key=lambda period: (abs(_ordinal(period) - wanted), -_ordinal(period)), default=None)


def suggest_codes(asked: str, codes: Collection[str]) -> list[str]:
    """Return up to three codes that are spelled much like what was asked for, the likest first."""
    return get_close_matches(asked[:LONGEST].strip().lower(), list(codes), n=3, cutoff=0.6)


def _ordinal(period: str) -> int:
    """Return a period's last day as a number, near enough for comparing: months have thirty-one days."""
    end = period_end(period)
    year, _, rest = end.partition("-")
    if rest.startswith("Q"):
        month, day = 3 * int(rest[1]), 31
    else:
        parts = [int(part) for part in rest.split("-") if part]
        month, day = (*parts, 31)[:2] if parts else (12, 31)
    return int(year) * 372 + month * 31 + day


def _remember(key: str) -> None:
    st.session_state.setdefault(READ, set()).add(key)


def read_parameter(key: str) -> str:
    """Return a parameter of the address as it stands, from now on a part of the view; empty where there is none."""
    value = st.query_params.get(key, "")
    if value:
        _remember(key)
    return value


def forget_choices() -> None:
    """Begin a run: no parameter has been read yet."""
    st.session_state[READ] = set()


def read_choices() -> dict[str, str]:
    """Return the parameters of the address this run has read; others change nothing and are no part of the view."""
    read = st.session_state.get(READ, ())
    return {key: value for key, value in st.query_params.to_dict().items() if value and key in read}


def _put_right(key: str, value: str | None, default: str | None) -> None:
    """Let the address say what is shown; a default needs no words."""
    if value == default or value is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value


def settle_choice(
    labels: Mapping[str, str],
    *,
    key: str,
    default: str | None,
    nearest: Callable[[str, Collection[str]], str | None] = nearest_code,
) -> str | None:
    """Return what the address asks for; in place of an unknown code the nearest, named in one sentence."""
    _remember(key)
    asked = st.query_params.get(key)
    if asked is None or asked in labels:
        return default if asked is None else asked
    wanted = nearest(asked, list(labels)) or default
    _put_right(key, wanted, default)
    language = st.session_state.get("language", DEFAULT_LANGUAGE)
    st.caption(text("bad_choice", language, value=asked[:40], shown=labels.get(wanted or "", "–")))
    return wanted


def url_choice(
    make: Callable[..., Any],
    label: str,
    labels: Mapping[str, str],
    *,
    key: str,
    default: str | None,
    nearest: Callable[[str, Collection[str]], str | None] = nearest_code,
    **options: Any,
) -> str | None:
    """Show a choice whose stable code stands in the address; for an unknown code the nearest is shown and named.

    Streamlit's own binding writes the translated label, which the other language could not read.
    """
    wanted = settle_choice(labels, key=key, default=default, nearest=nearest)
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
        _put_right(key, value, default)

    chosen = make(
        label, list(labels), format_func=lambda code: labels.get(code, code), key=key, on_change=push, **options
    )
    return chosen if chosen is not None else default


def url_text(label: str, *, key: str, placeholder: str) -> str:
    """Show a search field whose words stand in the address."""
    _remember(key)
    asked = st.query_params.get(key, "")[:LONGEST]
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

    return st.text_input(label, key=key, placeholder=placeholder, on_change=push, max_chars=LONGEST).strip()


def url_area(label: str, *, key: str, default: str, longest: int) -> str:
    """Show a field of several lines whose words stand in the address; ``default`` stands for an address without any.

    What the address asks is returned whole, even where it is longer than the field takes.
    """
    _remember(key)
    asked = st.query_params.get(key) or default
    if st.session_state.get(f"_seen_{key}") != asked:
        st.session_state[key] = asked[:longest]
        st.session_state[f"_seen_{key}"] = asked

    def push() -> None:
        words = st.session_state[key].strip()
        st.session_state[f"_seen_{key}"] = words or default
        if words and words != default:
            st.query_params[key] = words
        else:
            st.query_params.pop(key, None)

    st.text_area(label, key=key, height=300, on_change=push, max_chars=longest)
    return st.query_params.get(key) or default


def url_choices(
    label: str, labels: Mapping[str, str], *, key: str, default: Sequence[str], most: int, **options: Any
) -> list[str]:
    """Show a choice of several, whose stable codes stand in the address in the order chosen.

    Unknown codes and those above ``most`` are left out, with a sentence; an address with none that is known falls back.
    The session keeps it under a name of its own: another page may have a single choice under the same parameter.
    """
    _remember(key)
    language = st.session_state.get("language", DEFAULT_LANGUAGE)
    asked = [code for code in dict.fromkeys(st.query_params.get_all(key)) if code]
    known = [code for code in asked if code in labels]
    wanted = known[:most] or [code for code in default if code in labels]
    for value in [code for code in asked if code not in labels][:1]:
        shown = text("comma", language).join(labels[code] for code in wanted)
        st.caption(text("bad_choice", language, value=value[:40], shown=shown or "–"))
    if len(known) > most:
        st.caption(text("compare_too_many", language, most=most))
    if asked and asked != wanted:
        _write_choices(key, wanted, default)
    own, seen = f"{key}_list", f"_seen_{key}_list"
    if st.session_state.get(seen) != wanted or any(code not in labels for code in st.session_state.get(own, ["?"])):
        st.session_state[own] = list(wanted)
        st.session_state[seen] = list(wanted)

    def push() -> None:
        chosen = [code for code in st.session_state[own] if code in labels] or list(default)
        st.session_state[seen] = chosen
        _write_choices(key, chosen, default)

    st.multiselect(
        label, list(labels), format_func=lambda code: labels.get(code, code), key=own, on_change=push,
        max_selections=most, **options,
    )  # fmt: skip
    return wanted


def _write_choices(key: str, chosen: Sequence[str], default: Sequence[str]) -> None:
    if list(chosen) == list(default):
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = list(chosen)
