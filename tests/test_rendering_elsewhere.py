"""Reports are made on any executor, a cluster's too, and progress is told of as they are."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from resilience_index import UsageError, build
from resilience_index.publish import edition

pytestmark = pytest.mark.slow

FIGURES = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
WANTED = edition.Wanted(
    ["AAA", "BBB", "CCC"], pdf=True, jobs=1, draws=64, audit=False, policy=False
)


def made(content, folder, **options):
    found = edition.write(build("small", content=content), folder, WANTED, engine="0", **options)
    return {p.relative_to(found).as_posix(): p.read_bytes() for p in found.rglob("*.*")
            if p.is_file()}  # fmt: skip


@pytest.fixture
def content(small):
    return small(FIGURES)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_makes_the_same_bytes(content, tmp_path):
    distributed = pytest.importorskip("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    here = made(content, tmp_path / "here")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        there = made(content, tmp_path / "there", executor=client.get_executor(pure=False))
    assert {n for n in here if n.endswith(".pdf")} == {
        f"countries/{c}{kind}.pdf" for c in ("AAA", "BBB", "CCC") for kind in ("", "-brief")
    }
    assert there == here


def test_every_page_and_every_pdf_is_told_of(content, tmp_path):
    told = []
    with ThreadPoolExecutor(1) as pool:
        made(content, tmp_path / "e", executor=pool, told=lambda done, of: told.append((done, of)))
    assert told == [(n, 9) for n in range(1, 10)]  # of each country a page, a report, a brief


def test_a_worker_with_other_fonts_is_refused(content, tmp_path, monkeypatch):
    monkeypatch.setattr(edition, "print_there", lambda _: (b"%PDF", "other fonts"))
    with pytest.raises(UsageError, match="other fonts or libraries"):
        made(content, tmp_path / "e")
    assert not (tmp_path / "e").exists()
