import io

import pandas as pd
import pytest
from client import Client
from starlette.formparsers import MultiPartParser

from dashboard.language import LANGUAGES, Language, text
from dashboard.queries import get_consultations, get_opinions
from dashboard.settings import get_settings
from dashboard.store import current_store
from dashboard.voices import MOST_BYTES
from dashboard.web.opinion_tables import BUILDERS

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def slugs() -> list[str]:
    return [row.slug for row in get_consultations(current_store(get_settings()))]


@in_both_languages
@pytest.mark.parametrize("table", BUILDERS)
def test_every_table_of_every_consultation_comes_as_csv_with_its_source(
    table: str, language: Language, client: Client
) -> None:
    for slug in slugs():
        answer = client.get(f"/data/opinions/{slug}/{table}.csv?lang={language}")
        assert answer.status == 200
        assert answer.body.startswith(b"\xef\xbb\xbf")
        assert answer.headers["content-disposition"].endswith(f'{slug}_{table}_{language}.csv"')
        frame = pd.read_csv(io.BytesIO(answer.body))
        assert len(frame) > 3 or table == "groups"
        assert frame[["consultation", "publisher", "source_url", "license"]].notna().all().all()
        assert not {"voter", "participant", "author"} & set(frame)


def test_the_statements_file_holds_what_the_page_shows(client: Client) -> None:
    for slug in slugs():
        held = get_opinions(current_store(get_settings()), slug)
        body = client.get(f"/data/opinions/{slug}/statements.csv?lang=en").body
        frame = pd.read_csv(io.BytesIO(body)).set_index(["number", "group_code"])
        assert len(frame) == len(held.statements) * (1 + len(held.groups))
        for row in held.statements:
            assert frame.loc[(row.number, "_T"), "agree"] == row.agree
            assert frame.loc[(row.number, "_T"), "gloss"] == row.gloss_en
        for (number, code), votes in held.votes.items():
            shown = frame.loc[(number, code), "voters"]
            assert (shown != shown) if votes.voters is None else shown == votes.voters


@in_both_languages
@pytest.mark.parametrize("path", ["nobody/groups", "vtaiwan-uber-2015/voters", "vtaiwan-uber-2015/computed"])
def test_what_is_not_there_is_told(path: str, language: Language, client: Client) -> None:
    answer = client.get(f"/data/opinions/{path}.csv?lang={language}")
    assert answer.status == 404
    assert answer.text == text("not_found", language)


def test_an_upload_of_the_largest_size_stays_in_memory(client: Client) -> None:
    assert MultiPartParser.spool_max_size > MOST_BYTES + 1024 * 1024
