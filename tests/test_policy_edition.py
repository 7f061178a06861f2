"""The policy lab in an edition: pages, PDFs, inputs, and frameworks that it is not about."""

import json

import pytest

from resilience_index import build
from resilience_index.policy.lab import lab_beside
from resilience_index.publish import policy_page
from resilience_index.publish.edition import Wanted, write

WANTED = Wanted(countries=["KOR"], draws=0, jobs=1, policy=True)


@pytest.fixture(scope="module")
def members():
    """The default index of fewer countries: what a lab makes of each is looked at elsewhere."""
    return build("ai_resilience", changes={"units.where": {"oecd": "1"}})


@pytest.fixture(scope="module")
def edition(members, tmp_path_factory):
    return write(members, tmp_path_factory.mktemp("edition") / "out", WANTED, engine="test")


@pytest.fixture(scope="module")
def manifest(edition):
    return json.loads((edition / "manifest.json").read_text(encoding="utf-8"))


def test_a_country_has_a_page_and_a_pdf_of_its_own(edition):
    page = (edition / "countries" / "KOR-policy.html").read_text(encoding="utf-8")
    assert 'href="KOR-policy.pdf"' in page
    assert 'href="../policy.css"' in page
    assert (edition / "countries" / "KOR-policy.pdf").read_bytes().startswith(b"%PDF-")
    assert not (edition / "countries" / "DEU-policy.html").exists()


def test_every_page_leads_to_the_lab_and_the_lab_to_every_country(edition):
    front = (edition / "index.html").read_text(encoding="utf-8")
    assert 'href="policy.html"' in front
    lab = (edition / "policy.html").read_text(encoding="utf-8")
    assert 'href="countries/KOR-policy.html"' in lab


def test_the_report_on_a_country_leads_to_its_page_of_the_lab(edition):
    page = (edition / "countries" / "KOR.html").read_text(encoding="utf-8")
    assert page.count('<a class="btn" href="KOR-policy.html">What would a policy do?</a>') == 1


def test_priors_programmes_and_the_other_index_count_as_inputs(manifest):
    inputs = manifest["inputs"]
    for name in ("policies/priors.toml", "policies/programmes.toml", "policies/data/firms.csv",
                 "frameworks/ai_sovereignty.toml", "data/labour_force.csv"):  # fmt: skip
        assert f"content/{name}" in inputs
    assert manifest["options"]["policy"] is True


def test_no_input_is_found_only_while_the_lab_is_worked_out(manifest):
    """All is read before anything is made, so that an unchanged edition is known by its inputs."""
    fresh = build("ai_resilience")
    assert lab_beside(fresh) is not None
    read = {f"content/{p.relative_to(fresh.content.folder).as_posix()}" for p in fresh.content.read}
    used = {n for n in manifest["inputs"] if n.startswith(("content/policies", "content/data"))}
    assert used <= read


def test_an_edition_that_stands_is_left_as_it_is(members, edition):
    before = (edition / "manifest.json").stat().st_mtime_ns
    write(members, edition, WANTED, engine="test")
    assert (edition / "manifest.json").stat().st_mtime_ns == before


def test_a_framework_that_the_quadrants_do_not_have_up_gets_no_lab():
    assert lab_beside(build("ai_sovereignty")) is None


def test_content_without_policies_gets_no_lab(small):
    folder = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}})
    assert lab_beside(build("small", content=folder)) is None


def test_countries_without_any_observation_get_no_page(lab, monkeypatch):
    monkeypatch.setattr(policy_page, "unobserved", lambda _index, _policies, codes: list(codes))
    assert policy_page.extra(lab, ["KOR"], pdf=False) is None
