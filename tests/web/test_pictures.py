import datetime as dt
import struct
from urllib.parse import urlsplit

import pytest
from client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SERIES

from dashboard.catalog import today
from dashboard.export.sheet import SIZES
from dashboard.export.shelf import open_shelf
from dashboard.language import LANGUAGES, Language, text
from dashboard.store import Store
from dashboard.web import kept, pictures
from dashboard.web.pictures import picture_url

CLAIM, STORY = "a_reply_is_not_the_data", "open-contracting"
THINGS = [("indicator", "cpi_score"), ("claim", CLAIM), ("story", STORY)]
each_thing = pytest.mark.parametrize(("kind", "key"), THINGS)


@each_thing
@pytest.mark.parametrize("size", SIZES)
def test_a_picture_has_the_size_asked_for(kind: str, key: str, size: str, client: Client, site: Store) -> None:
    answer = client.get(f"/picture/{kind}/{key}.png?lang=en&size={size}")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert struct.unpack(">II", answer.body[16:24]) == SIZES[size]  # type: ignore[index]
    name = f"{key}_{today().isoformat()}_en_{size}.png"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'


@each_thing
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_svg_is_in_the_language_asked_for(
    kind: str, key: str, language: Language, client: Client, site: Store
) -> None:
    answer = client.get(f"/picture/{kind}/{key}.svg?lang={language}")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert f'aria-label="{text("product", language)}"' in answer.text
    assert "<script" not in answer.text
    assert "http" not in answer.text.replace("http://www.w3.org/", "")


@each_thing
def test_a_picture_of_this_edition_may_be_kept_for_ever(kind: str, key: str, client: Client, site: Store) -> None:
    shelf = open_shelf(site, today())
    parts = urlsplit(picture_url(shelf, kind, key, "svg", "en"))  # type: ignore[arg-type]
    answer = client.get(f"{parts.path}?{parts.query}")
    assert "immutable" in answer.headers["cache-control"]
    for address in (f"{parts.path}?lang=en", f"{parts.path}?lang=en&v=another"):
        assert "immutable" not in client.get(address).headers["cache-control"]
    again = client.get(f"{parts.path}?{parts.query}", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_selection_of_the_address_is_drawn(client: Client, site: Store) -> None:
    taipei = client.get("/picture/indicator/same_sex_marriages.svg?lang=en&place=TW-TPE").text
    assert "Taipei City" in taipei
    assert taipei != client.get("/picture/indicator/same_sex_marriages.svg?lang=en&place=TW-KHH").text
    assert "Banqiao" not in client.get("/picture/indicator/voting_age_yes_share.svg?lang=en&level=county").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "indicator/none.png", "claim/none.svg", "story/none.png", "place/TW-TPE.png", "indicator/cpi_score.gif",
        "indicator/cpi_score.png?place=nowhere", "indicator/..%2fcpi_score.png",
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_told_in_one_sentence(
    path: str, language: Language, client: Client, site: Store
) -> None:
    answer = client.get(f"/picture/{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status == 404
    assert "Traceback" not in answer.text
    assert "image" not in answer.headers["content-type"]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["place", "level", "period", "part", "lang", "size", "v", "asof"]),
        st.sampled_from(["county", "TW-TPE", "2022", "_T", "square", "en", "x" * 200, "\x00", "<b>", "2026-11-23"]),
    )
)
def test_any_words_in_any_parameter_give_a_picture_or_a_sentence(
    query: dict[str, str], client: Client, site: Store
) -> None:
    from urllib.parse import urlencode

    answer = client.get(f"/picture/indicator/same_sex_marriages.svg?{urlencode(query)}")
    assert answer.status in (200, 400, 404)
    assert "<b>" not in answer.text


def test_a_coming_value_is_on_no_picture(client: Client, vintage_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "current_store", lambda _: vintage_store)

    def drawn(day: int) -> str:
        monkeypatch.setattr(pictures, "today", lambda: dt.date(2026, 11, day))
        return client.get(f"/picture/indicator/{SERIES}.svg?lang=en").text

    first, corrected, continued = drawn(5), drawn(15), drawn(25)
    assert "83.70%" not in first
    assert "83.70%" in corrected
    assert "2023" not in corrected.split("<defs>")[0] + corrected.partition("</defs>")[2]
    assert "83.10%" in continued
    monkeypatch.setattr(pictures, "today", lambda: dt.date(2026, 11, 5))
    assert client.get(f"/picture/indicator/{SERIES}.svg?lang=en&asof=2026-11-25").status == 400


def test_kept_files_stay_within_their_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_kept", type(kept._kept)())
    monkeypatch.setattr(kept, "KEPT_BYTES", 25)
    made: list[str] = []

    def make(name: str) -> bytes:
        made.append(name)
        return name.encode() * 10

    for name in "abcab":
        assert kept.get_or_make(name, lambda name=name: make(name)) == name.encode() * 10
    assert made == list("abcab")
    kept.get_or_make("b", lambda: make("b"))
    assert made == list("abcab")
    assert sum(map(len, kept._kept.values())) <= 25


def test_who_waits_too_long_is_told_to_come_again(
    client: Client, site: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept, "_kept", type(kept._kept)())
    monkeypatch.setattr(kept, "PATIENCE", 0.01)
    with kept._turn:
        answer = client.get("/picture/indicator/cpi_score.png?lang=en")
    assert (answer.status, answer.text) == (503, text("file_failed", "en"))
    assert answer.headers["retry-after"]
    assert "no turn" in caplog.text
