import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from client import Client

from dashboard.catalog import today
from dashboard.export.package import describe_schema, list_models
from dashboard.language import HTML_LANG, LANGUAGES, pick, text
from dashboard.models import Observation
from dashboard.queries import get_cards, get_every_observation
from dashboard.store import Store

PACKS = {"indicator": "procurement_open_share_count", "story": "open-contracting"}


def unpack(body: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their names below its one folder."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert len(folders) == 1
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


class Page(HTMLParser):
    """What a page loads, links to and says."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.lang = ""
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.lang = held.get("lang") or self.lang if tag == "html" else self.lang
        if tag == "a":
            self.linked.append(held.get("href") or "")
        elif held.get("src") or tag in ("link", "script", "iframe"):
            self.loaded.append(held.get("src") or held.get("href") or tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("kind", PACKS)
def test_a_pack_opens_offline_and_is_whole_in_both_languages(kind: str, client: Client, site: Store) -> None:
    key = PACKS[kind]
    answer = client.get(f"/pack/{kind}/{key}.zip")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    assert f'filename="{key}_{today().isoformat()}_pack.zip"' in answer.headers["content-disposition"]
    files = unpack(answer.body)
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(files) - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in sums.items())
    card = get_cards(site)["procurement_open_share_count"]
    for language in LANGUAGES:
        page = Page()
        page.feed(files[f"README.{language}.html"].decode())
        assert page.lang == HTML_LANG[language]
        assert page.loaded
        assert set(page.loaded) <= set(files)
        own = [link for link in page.linked if not link.startswith("http")]
        assert set(own) <= set(files)
        assert pick(card.indicator, "usage_warnings", language) in page.words
        for key_of_section in ("sources", "pack_limits", "pack_cite", "pack_contact", "pack_files"):
            assert text(key_of_section, language) in page.words
        assert re.search(r"\{[a-z0-9_.]+\}", page.words) is None
        for form in ("png", "svg"):
            assert f"pictures/{key}_{language}_card.{form}" in files
        for form in ("csv", "parquet"):
            assert f"data/procurement_open_share_count_{language}.{form}" in files
    metadata = json.loads(files["data/procurement_open_share_count.json"])
    assert metadata["indicator"]["definition"]["en"] == card.indicator.definition_en


def test_a_pack_is_the_same_bytes_each_time_and_known_by_its_tag(client: Client, site: Store) -> None:
    from dashboard.export.pack import build_indicator_pack
    from dashboard.export.shelf import open_shelf

    answer = client.get("/pack/indicator/cpi_score.zip")
    assert build_indicator_pack(open_shelf(site, today()), "cpi_score") == answer.body
    again = client.get("/pack/indicator/cpi_score.zip", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["indicator/none", "story/none", "claim/cpi_score", "indicator/..%2fnone"])
def test_a_pack_that_is_not_there_is_told_in_one_sentence(path: str, client: Client, site: Store) -> None:
    answer = client.get(f"/pack/{path}.zip?lang=en")
    assert answer.status == 404
    assert "zip" not in answer.headers["content-type"]


def test_the_whole_catalogue_validates_as_a_data_package(client: Client, site: Store, tmp_path: Path) -> None:
    answer = client.get("/data/package.zip")
    assert answer.status == 200
    files = unpack(answer.body)
    assert files["datapackage.json"] == client.get("/data/datapackage.json").body
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["valid"], [task["errors"][:2] for task in report["tasks"] if task["errors"]]
    described = json.loads(files["datapackage.json"])
    rows = {task["name"]: task["stats"]["rows"] for task in report["tasks"]}
    assert rows["observation"] == len(get_every_observation(site, today()))
    assert rows["indicator"] == len(get_cards(site))
    for resource in described["resources"]:
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[resource['path']]).hexdigest()}"
        assert all(field["description"] for field in resource["schema"]["fields"])
    assert re.search(r"\{[a-z_.]+\}", files["data/claim.csv"].decode()) is None


def test_a_schema_is_made_from_the_model() -> None:
    schema = describe_schema(Observation)
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["obs_value"]["type"] == "number"
    assert "X" in fields["obs_status"]["constraints"]["enum"]
    assert fields["published"] == fields["published"] | {"type": "date", "constraints": {"required": True}}
    assert "constraints" not in fields["lower"]
    links = {link["fields"][0]: link["reference"]["resource"] for link in schema["foreignKeys"]}
    assert links == {"indicator_code": "indicator", "ref_area": "place", "source_code": "source"}
    assert all(
        link["reference"]["resource"] in list_models()
        for link in describe_schema(list_models()["claim"])["foreignKeys"]
    )
