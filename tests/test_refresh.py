"""Newer figures: fetched in documented shapes, doubted, shown, written whole or not at all.

The producers are played by a server on this machine (`tests.producers`): shapes written from their
documentation, figures made up.
"""

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import tomllib
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resilience_index import open_content
from resilience_index.cli import app
from resilience_index.content import provenance
from resilience_index.errors import ContentError, ResilienceIndexError, UsageError
from resilience_index.refresh import keeping
from resilience_index.refresh.differences import Change, difference, doubts
from resilience_index.refresh.fetching import Fetcher, Patience
from resilience_index.refresh.services import Bounds, asked_of, base_of, listed, service
from resilience_index.refresh.updating import propose
from tests import producers
from tests.conftest import FRAMEWORK, INDICATOR, SOURCES
from tests.producers import Producers, Reply

TABLE = "table: refresh"
COUNTRIES = """iso3,iso2,name
GRC,GR,Greece
KOR,KR,South Korea
NAM,NA,Namibia
TUR,TR,Türkiye
"""
STANDING = "iso3,year,value\nGRC,2024,10.0\nKOR,2023,20.5\nKOR,2024,21\nTUR,2024,9\n"
BOUNDS = "least = 0\ngreatest = 100\ncountries = 2\n"
WORLD_BANK = """
reader = "world_bank"
base = "https://api.example.org"
path = "/v2/country/all/indicator/{series}?format=json&date={first}:{last}&page={page}"
documented = "https://example.org/api"
"""
JSON_STAT = """
reader = "json_stat"
base = "https://api.example.org"
path = "/statistics/1.0/data/isoc_eb_ai?format=JSON&size_emp={size}"
documented = "https://example.org/api"
countries = "iso2"
renamed = { EL = "GRC" }
"""
QUARTERS = """
reader = "quarters"
base = "https://api.example.org"
path = "/main/data/{file}.csv"
documented = "https://example.org/api"
countries = "iso2"
place = "iso2_code"
"""
WIDE = """
reader = "wide"
base = "https://api.example.org"
path = "/data/diffusion.csv"
documented = "https://example.org/api"
countries = "name"
place = "Economy"
encoding = "mac_roman"
"""
RECORDS = """
reader = "records"
base = "https://api.example.org"
path = "/data/models.csv"
documented = "https://example.org/api"
countries = "name"
place = "Country (of organization)"
renamed = { "Korea (Republic of)" = "KOR" }
"""
SERIES = WORLD_BANK + f'\n[tables.a]\nkeys = {{ series = "X.A" }}\n{BOUNDS}'


@pytest.fixture
def folder(tmp_path):
    """A content folder of one indicator whose source can be brought up to date."""
    made = tmp_path / "content"
    for part in ("data", "frameworks", "updates"):
        (made / part).mkdir(parents=True)
    (made / "countries.csv").write_text(COUNTRIES, encoding="utf-8")
    (made / "sources.toml").write_text(f"# First line.\n{SOURCES}", encoding="utf-8")
    text = INDICATOR.format(code="a", direction="higher_is_better", more="")
    (made / "all.toml").write_text(text, encoding="utf-8")
    (made / "data" / "a.csv").write_text(STANDING, encoding="utf-8")
    framework = FRAMEWORK.format(nodes="", indicators='a = { parent = "index" }')
    (made / "frameworks" / "small.toml").write_text(framework, encoding="utf-8")
    (made / "updates" / "survey.toml").write_text(SERIES, encoding="utf-8")
    assert CliRunner().invoke(app, ["lock", "--content", str(made)]).exit_code == 0
    return made


def quick(base: str, **more) -> Fetcher:
    patience = Patience(**{"connect": 1, "read": 0.4, "whole": 1.5, "attempts": 3, **more})
    return Fetcher(base, patience, sleep=lambda _: None)


def whole(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def fetched(folder: Path, text: str, body: bytes):
    """Propose what a service of this description would change, given one answer."""
    (folder / "updates" / "survey.toml").write_text(text, encoding="utf-8")
    with Producers(lambda *_: Reply(body)) as server:
        return propose(open_content(folder), "survey", quick(server.base))


def rows_of(folder: Path, text: str, body: bytes) -> dict:
    one = fetched(folder, text, body)
    assert not one.failed, one.failed
    return one.tables["a"].rows


NEW = {
    ("GRC", 2024): 11.25,
    ("KOR", 2023): 20.5,
    ("KOR", 2024): 21.0,
    ("KOR", 2025): 22.5,
    ("ARB", 2024): 1.0,
    ("NAM", 2024): None,
}


def test_world_bank_pages_are_put_together_and_totals_of_regions_fall_out(folder):
    def script(path, query):
        assert path == "/v2/country/all/indicator/X.A"
        assert query["date"] == "2010:2025"
        return Reply(producers.world_bank("X.A", NEW, page=int(query["page"]), per_page=4))

    with Producers(script) as server:
        one = propose(open_content(folder), "survey", quick(server.base))
    assert len(server.asked) == 2
    assert one.published == "2026-10-07"
    assert one.unknown == ("ARB",)
    found = one.tables["a"]
    assert found.changes == (
        Change("GRC", 2024, "10.0", "11.25"),
        Change("KOR", 2025, None, "22.5"),
    )
    assert found.rows["KOR", 2024] == "21"  # 21.0 is the same figure: its spelling stays
    assert found.rows["TUR", 2024] == "9"  # the answer says nothing of it


@pytest.mark.parametrize("listed", [False, True])
def test_eurostat_is_read_by_place_in_the_cube_whether_values_are_listed_or_numbered(
    folder, listed
):
    figures = {("EL", 2024): 10.0, ("EL", 2025): 12.5, ("KR", 2025): 30.0, ("EU27_2020", 2024): 1.0}
    text = JSON_STAT + f'\n[tables.a]\nkeys = {{ size = "GE10" }}\nkeeps = 0\n{BOUNDS}'
    found = rows_of(folder, text, producers.json_stat(figures, listed=listed))
    assert found["GRC", 2025] == "12.5"
    assert found["KOR", 2025] == "30.0"
    assert ("KOR", 2024) not in found  # withdrawn: the answer covers 2024 and has no figure


def test_quarters_become_years_and_namibia_is_not_a_gap(folder):
    figures = {("NA", 2024, 1): 5, ("NA", 2024, 4): 7, ("KR", 2025, 2): 40, ("KR", 2025, 1): 90}
    asked = '\n[tables.a]\nkeys = { file = "developers" }\ncolumn = "developers"\nkeeps = 0\n'
    body = producers.quarters("developers", figures)
    found = rows_of(folder, f'{QUARTERS}{asked}years = "last"\n{BOUNDS}', body)
    assert found["NAM", 2024] == "7"
    assert found["KOR", 2025] == "40"


def test_four_quarters_are_added_where_all_are_there(folder):
    last = [(2024, 3), (2024, 4), (2025, 1), (2025, 2)]
    figures = {(p, y, q): 10 + q for p in ("KR", "GR") for y, q in last} | {("TR", 2025, 2): 5}
    asked = '\n[tables.a]\nkeys = { file = "git_pushes" }\ncolumn = "git_pushes"\nkeeps = 0\n'
    text = f'{QUARTERS}{asked}years = "last_four"\n{BOUNDS}'
    found = rows_of(folder, text, producers.quarters("git_pushes", figures))
    assert found["KOR", 2025] == str(13 + 14 + 11 + 12)
    assert ("TUR", 2025) not in found


def test_diffusion_is_read_with_its_encoding_and_twins_are_left_out(folder):
    rows = {
        "Greece": ("1.0", "10.0", "12.5"),
        "Türkiye": ("2.0", "9.0", "9.5"),
        "South Korea": ("3.0", "4.0", "5.0"),
        "Namibia": ("3.0", "4.0", "5.0"),  # the same in all periods: the value of a region
        "Atlantis": ("8.0", "8.0", "8.1"),
    }
    periods = [f"{p} AI Diffusion" for p in ("H1 2025", "H2 2025", "Q1 2026")]
    asked = f'\n[tables.a]\ncolumns = {{ "{periods[1]}" = 2024, "{periods[2]}" = 2025 }}\n'
    text = f"{WIDE}{asked}twins = {json.dumps(periods)}\n{BOUNDS}"
    one = fetched(folder, text, producers.diffusion(rows))
    assert not one.failed
    assert one.unknown == ("Atlantis",)
    found = one.tables["a"].rows
    assert found["TUR", 2024] == "9"
    assert found["TUR", 2025] == "9.5"
    assert ("NAM", 2025) not in found
    assert found["KOR", 2024] == "21"  # kept: a twin's answer counts for nothing


def test_records_are_counted_split_and_bounded_by_date(folder):
    rows = [
        ("Korea (Republic of)", "2021-03-01", "Open weights (unrestricted)", "1e24"),
        ("Korea (Republic of),Greece", "2024-05-05", "API access", "1e25"),
        ("Greece", "2020-12-31", "Open weights (unrestricted)", "1e26"),
        ("Multinational", "2024", "API access", ""),
    ]
    base = (
        RECORDS + '\n[tables.a]\ndated = "Publication date"\nyear = 2025\nfirst = 2021\nkeeps = 0\n'
    )
    count = base + f'what = "records"\n{BOUNDS}'
    found = rows_of(folder, count, producers.models(rows))
    assert (found["KOR", 2025], found["GRC", 2025]) == (str(1 + 1 / 2), str(1 / 2))
    where = 'where = { "Model accessibility" = ["Open weights"] }\n'
    found = rows_of(
        folder, count.replace("countries = 2", "countries = 1") + where, producers.models(rows)
    )
    assert found["KOR", 2025] == "1.0"
    assert ("GRC", 2025) not in found
    flop = base + f'what = "log10_of_greatest"\ncolumn = "Training compute (FLOP)"\n{BOUNDS}'
    found = rows_of(folder, flop, producers.models(rows))
    assert (found["KOR", 2025], found["GRC", 2025]) == ("25.0", "25.0")


GOOD = producers.world_bank("X.A", NEW)
DAMAGED = {
    "an error page": (b"<html>Service unavailable</html>", "not valid JSON"),
    "half an answer": (GOOD[: len(GOOD) // 2], "not valid JSON"),
    "nothing": (b"", "not valid JSON"),
    "a series that is not there": (producers.world_bank_error(), "Invalid value"),
    "another series": (producers.world_bank("X.B", NEW), "asked for 'X.A'"),
    "another shape": (b'{"value": 1}', "not a pair of head and rows"),
    "rows without a year": (GOOD.replace(b'"date"', b'"day"'), "indicator, countryiso3code, date"),
    "fewer rows than it says": (GOOD.replace(b'"total": 6', b'"total": 60'), "not all there"),
    "pages without end": (GOOD.replace(b'"pages": 1', b'"pages": 100000'), "at most 100"),
    "a text for a figure": (GOOD.replace(b"11.25", b'"eleven"'), "is not a number"),
    "NaN": (GOOD.replace(b"11.25", b"NaN"), "is not a number"),
    "10^400": (GOOD.replace(b"11.25", b"1e400"), "is not a number"),
    "a figure out of range": (GOOD.replace(b"11.25", b"1125"), "outside 0 to 100"),
    "a figure twice": (
        producers.world_bank("X.A", NEW).replace(b'"date": "2025"', b'"date": "2024"'),
        "stands twice",
    ),
    "one country": (producers.world_bank("X.A", {("KOR", 2024): 21.0}), "at least 2"),
    "no figure": (producers.world_bank("X.A", dict.fromkeys(NEW)), "0 countries"),
    "most figures gone": (
        producers.world_bank("X.A", {("GRC", 2023): 1.0, ("KOR", 2022): 2.0}),
        "0 of 3 figures that stand",
    ),
    "nested without end": (b"[" * 100_000, "not valid JSON"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_an_answer_that_is_not_as_documented_changes_nothing(folder, kind, record_property):
    body, told = DAMAGED[kind]
    before = whole(folder)
    with Producers(lambda *_: Reply(body)) as server:
        one = propose(open_content(folder), "survey", quick(server.base))
    assert told in one.failed["a"]
    assert not one.tables
    assert whole(folder) == before
    record_property(TABLE, f"answer: {kind:<32} refused, nothing changed")


def test_figures_in_another_unit_are_doubted():
    old = {("KOR", year): f"{year - 2000}.0" for year in range(2010, 2020)}
    new = {key: str(float(value) * 1000) for key, value in old.items()}
    (told,) = doubts(old, new, Bounds(least=0, greatest=1e9))
    assert told == "the usual figure is 1e+03 times what stands: another unit?"
    assert doubts(old, old, Bounds(least=0, greatest=1e9)) == []


def test_a_figure_that_does_not_apply_may_become_a_number():
    made = difference({("KOR", 2024): "n/a"}, {("KOR", 2024): "3"})
    assert made.changes == (Change("KOR", 2024, "n/a", "3"),)


ERRORS = {
    "404": (lambda: Reply(status=404), 1, "the server says 404"),
    "500, three times": (lambda: Reply(status=500), 3, "the server says 500"),
    "broken off, three times": (lambda: Reply(GOOD, cut=100), 3, "the answer broke off"),
    "no byte for a while": (lambda: Reply(GOOD, pause=0.8), 3, "broke off"),
    "a byte now and then": (
        lambda: Reply(GOOD, pause=0.05, piece=1),
        3,
        "not all there after 0.5 s",
    ),
    "a head that trickles in": (lambda: Reply(GOOD, head=0.05), 3, "no answer in 0.5 s"),
    "a length that trickles in": (lambda: Reply(length=0.05), 3, "not all there after 0.5 s"),
    "zeros without end": (lambda: Reply(endless=True), 1, "more than 33,554,432 bytes"),
    "a circle of addresses": (
        lambda: Reply(status=302, headers={"Location": "/again"}),
        4,
        "sent on more than 3 times",
    ),
    "sent on to half an address": (
        lambda: Reply(status=302, headers={"Location": "http://[::1"}),
        1,
        "no address to follow",
    ),
    "sent on to an empty label": (
        lambda: Reply(status=302, headers={"Location": "http://a..b/"}),
        1,
        "no address to follow",
    ),
    "sent on to a port that is none": (
        lambda: Reply(status=302, headers={"Location": "http://127.0.0.1:abc/"}),
        1,
        "no address to follow",
    ),
    "sent on to letters of no code": (
        lambda: Reply(status=302, headers={"Location": "http://\xff\xfe/"}),
        1,
        "no address to follow",
    ),
    "sent on to a file": (
        lambda: Reply(status=302, headers={"Location": "file:///etc/passwd"}),
        1,
        "which is not followed",
    ),
    "a packing that is none": (
        lambda: Reply(GOOD, headers={"Content-Encoding": "gzip"}),
        1,
        "cannot be unpacked",
    ),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_a_server_that_fails_is_given_up_in_time(folder, kind, record_property):
    reply, times, told = ERRORS[kind]
    before, start = whole(folder), time.monotonic()
    with Producers(lambda *_: reply()) as server:
        one = propose(open_content(folder), "survey", quick(server.base, whole=0.5))
    assert told in one.failed["a"]
    assert len(server.asked) == times
    assert time.monotonic() - start < 20
    assert whole(folder) == before
    record_property(TABLE, f"server: {kind:<32} given up after {times}, nothing changed")


def test_a_server_that_recovers_is_asked_again_with_growing_pauses(folder):
    replies = [Reply(status=503), Reply(GOOD, cut=10), Reply(GOOD)]
    slept: list[float] = []
    with Producers(lambda *_: replies.pop(0)) as server:
        fetcher = Fetcher(server.base, Patience(read=2), sleep=slept.append)
        one = propose(open_content(folder), "survey", fetcher)
    assert not one.failed
    assert slept == [0.5, 0.5 * 2]


def test_a_server_that_asks_for_a_pause_gets_it(folder):
    replies = [Reply(status=429, headers={"Retry-After": "7"}), Reply(GOOD)]
    slept: list[float] = []
    with Producers(lambda *_: replies.pop(0)) as server:
        propose(open_content(folder), "survey", Fetcher(server.base, sleep=slept.append))
    assert slept == [7.0]


def test_without_a_network_it_says_so_and_changes_nothing(folder, record_property):
    before = whole(folder)
    with Producers(lambda *_: Reply(GOOD)) as server:
        gone = server.base
    slept: list[float] = []
    fetcher = Fetcher(gone, sleep=slept.append)
    one = propose(open_content(folder), "survey", fetcher)
    assert "cannot be reached" in one.failed["a"]
    assert "is there a network?" in one.failed["a"]
    assert slept == [0.5, 1.0, 2.0]
    propose(open_content(folder), "survey", fetcher)
    assert len(slept) == 3  # a server that is not there is not asked again
    assert whole(folder) == before
    record_property(TABLE, "no network: told, nothing changed")


def run(folder: Path, base: str, *more: str, answer: str = "", **popen):
    return subprocess.run(
        [sys.executable, "-m", "resilience_index", "update", "survey", "--content", str(folder),
         "--base", base, *more],
        capture_output=True, text=True, check=False, timeout=60, input=answer, **popen,
    )  # fmt: skip


def test_the_command_shows_the_changes_of_each_country_before_it_writes(folder):
    before = whole(folder)
    with Producers(lambda *_: Reply(GOOD)) as server:
        dry = run(folder, server.base, "--dry-run")
        mute = run(folder, server.base)
        assert whole(folder) == before
        done = run(folder, server.base, "--yes")
    assert dry.returncode == 0, dry.stderr
    assert "a: 1 new, 1 revised, 0 withdrawn, 2 the same, 1 kept" in dry.stdout
    assert "GRC Greece: 2024 10.0 to 11.25" in dry.stdout
    assert "KOR South Korea: 2025 new 22.5" in dry.stdout
    assert "nothing was changed; 1 tables would be" in dry.stdout
    assert mute.returncode == 2
    assert "add --yes to write" in mute.stderr
    assert done.returncode == 0, done.stderr
    text = (folder / "data" / "a.csv").read_text(encoding="utf-8")
    expected = "GRC,2024,11.25\nKOR,2023,20.5\nKOR,2024,21\nKOR,2025,22.5\nTUR,2024,9\n"
    assert text == f"iso3,year,value\n{expected}"


def test_what_is_written_hangs_together(folder):
    today = date.today()
    with Producers(lambda *_: Reply(GOOD)) as server:
        assert run(folder, server.base, "--yes").returncode == 0
        again = run(folder, server.base, "--yes")
    assert "nothing was changed" in again.stdout
    assert provenance.faults(folder) == []
    old = folder / "vintages" / "survey"
    (vintage,) = old.iterdir()
    assert abs((date.fromisoformat(vintage.name) - today).days) <= 1
    assert (vintage / "a.csv").read_text(encoding="utf-8") == STANDING
    text = (folder / "sources.toml").read_text(encoding="utf-8")
    assert text.startswith("# First line.\n")
    survey = tomllib.loads(text)["sources"]["survey"]
    assert survey["published"] == "2026-10-07"
    assert survey["retrieved"].startswith(f"{server.base}/v2/country/all")
    record = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert record["tables"]["data/a.csv"]["sources"]["survey"]["published"] == "2026-10-07"
    locked = (folder / "provenance.json").read_bytes()
    assert CliRunner().invoke(app, ["lock", "--content", str(folder)]).exit_code == 0
    assert (folder / "provenance.json").read_bytes() == locked
    assert not list(folder.glob(".update*"))


def test_a_failure_of_one_table_is_told_and_ends_with_2(folder):
    with Producers(lambda *_: Reply(status=404)) as server:
        ended = run(folder, server.base, "--yes")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "survey: a" in ended.stderr


def test_an_answer_cut_at_any_byte_leaves_the_old_table(folder, record_property):
    before, cuts = whole(folder), range(0, len(GOOD), 7)
    cut = {"at": 0}
    content = open_content(folder)
    with Producers(lambda *_: Reply(GOOD, cut=cut["at"])) as server:
        for cut["at"] in cuts:
            one = propose(content, "survey", quick(server.base, attempts=1))
            assert one.failed, cut
    with Producers(lambda *_: Reply(GOOD[: cut["at"]])) as server:  # and no length tells of it
        for cut["at"] in cuts:
            assert propose(content, "survey", quick(server.base, attempts=1)).failed, cut
    assert whole(folder) == before
    record_property(TABLE, f"answer cut at {2 * len(cuts)} bytes: 0 tables changed")


FILES = {"data/a.csv": b"new table\n" * 50, "sources.toml": b"new\n" * 40, "vintages/x/a.csv": b"o"}


def states(folder: Path) -> set[str]:
    """Say of each file whether it is as it was, or as it shall be; nothing else may be."""
    found = set()
    for name, data in FILES.items():
        path = folder / name
        now = path.read_bytes() if path.exists() else None
        old = {"data/a.csv": STANDING.encode(), "sources.toml": SOURCES.encode()}.get(name)
        assert now in (old, data), name
        found.add("new" if now == data else "old")
    return found


@pytest.fixture
def plain(tmp_path):
    """Make a folder with two files to be replaced."""

    def make(name: str) -> Path:
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "a.csv").write_text(STANDING, encoding="utf-8")
        (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
        return folder

    return make


STEPS = ("open", "fsync", "rename", "replace", "unlink")


def killed(folder: Path, step: int) -> bool:
    """Write in a process that dies by SIGKILL at a step; False if it came to its end."""
    child = os.fork()
    if child == 0:
        count = 0

        def dies(name):
            real = getattr(os, name)

            def instead(*arguments, **more):
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **more)

            setattr(os, name, instead)

        for name in STEPS:
            dies(name)
        keeping.put(folder, FILES)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_writing_is_killed_at_every_step_and_nothing_is_half_written(plain, record_property):
    step, ends = 0, []
    while True:
        step += 1
        folder = plain(f"killed-{step}")
        if not killed(folder, step):
            break
        states(folder)
        keeping.put(folder, {"data/b.csv": b"next"})  # the next run finishes, or clears away
        assert len(states(folder)) == 1
        ends.append(*states(folder))
        assert not (folder / keeping.STAGE).exists()
        assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == []
    assert step > 20
    assert ends == sorted(ends, reverse=True)  # first the old, from one step on the new
    told = f"{ends.count('old')} leave the old tables, {ends.count('new')} are finished by the next"
    record_property(TABLE, f"update killed at {len(ends)} steps: {told}, 0 half written")


def test_a_write_that_fails_at_any_byte_leaves_the_old_tables(plain, record_property):
    sizes = range(0, 500, 11)
    for most in sizes:
        folder = plain(f"full-{most}")
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            try:
                keeping.put(folder, FILES)
            except UsageError as error:
                os._exit(3 if "nothing was changed" in str(error) else 4)
            except BaseException:
                os._exit(5)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3, most
        assert states(folder) == {"old"}
        assert not (folder / keeping.STAGE).exists()
    record_property(TABLE, f"disk full at {len(sizes)} bytes: the old tables stand")


@pytest.mark.slow
def test_the_command_killed_while_it_fetches_leaves_the_old_table(folder, record_property):
    before, kills = whole(folder), 6
    with Producers(lambda *_: Reply(GOOD, piece=64, pause=0.15)) as server:
        for number in range(kills):
            process = subprocess.Popen(
                [sys.executable, "-m", "resilience_index", "update", "survey", "--yes",
                 "--content", str(folder), "--base", server.base],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            until = time.monotonic() + 30
            while len(server.asked) <= number and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.05 * number)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            assert whole(folder) == before
    record_property(TABLE, f"command killed {kills} times while it fetches: the old table stands")


def staged(folder, listed, data=b"evil"):
    """Leave what a killed update might have left, but as a stranger would write it."""
    stage = folder / keeping.STAGE
    stage.mkdir()
    (stage / "x").mkdir()
    (stage / "x" / "a.csv").write_bytes(data)
    (folder / "outside").mkdir()
    (folder / "outside" / "a.csv").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    (stage / "whole.json").write_text(listed.replace("HASH", digest), encoding="utf-8")


LISTS = {
    "a name that leads out": '{"../outside/a.csv": "HASH"}',
    "a link that leads out": '{"x/a.csv": "HASH"}',
    "a place of its own": '{"/tmp/a.csv": "HASH"}',
    "no file's name": '{"a\\u0000b": "HASH"}',
    "a list of numbers": "[[1, 2]]",
    "a number": "7",
    "no JSON": "{",
    "nested deep": "[" * 100_000,
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("run", ["finish", "put"])
def test_what_a_stranger_left_as_if_by_a_killed_update_goes_nowhere(plain, tmp_path, kind, run):
    folder, outside = plain("strange"), tmp_path / "outside"
    outside.mkdir()
    (outside / "a.csv").write_bytes(b"mine")
    (folder / "x").symlink_to(outside, target_is_directory=True)
    staged(folder, LISTS[kind])
    done = keeping.finish(folder) if run == "finish" else keeping.put(folder, FILES)
    assert not done
    assert [(p.name, p.read_bytes()) for p in outside.iterdir()] == [("a.csv", b"mine")]
    assert states(folder) == {"old" if run == "finish" else "new"}
    assert not (folder / keeping.STAGE).exists()


def test_a_stage_that_is_a_link_is_taken_away_and_not_written_through(plain, tmp_path):
    folder, outside = plain("linked"), tmp_path / "outside"
    outside.mkdir()
    (folder / keeping.STAGE).symlink_to(outside, target_is_directory=True)
    keeping.put(folder, FILES)
    assert states(folder) == {"new"}
    assert list(outside.iterdir()) == []


def test_nothing_is_written_through_a_link_out_of_the_folder(plain, tmp_path):
    folder, outside = plain("out"), tmp_path / "outside"
    outside.mkdir()
    (folder / "old").symlink_to(outside, target_is_directory=True)
    with pytest.raises(UsageError, match=r"old/a\.csv: leads out of the folder; nothing was"):
        keeping.put(folder, {**FILES, "old/a.csv": b"x"})
    assert states(folder) == {"old"}
    assert list(outside.iterdir()) == []


def test_two_updates_at_once_do_not_mix(plain):
    from resilience_index.locks import locked

    folder = plain("two")
    with locked(folder / "update"), pytest.raises(UsageError, match="another process"):
        keeping.put(folder, FILES)
    assert states(folder) == {"old"}


WRONG = {
    "an unprotected address": ('base = "https:', 'base = "http:', "base"),
    "a path that is none": ('path = "/v2', 'path = "v2', "path"),
    "an unknown reader": ('"world_bank"', '"worldbank"', "did you mean 'world_bank'?"),
    "an unknown key": ("reader", 'x = 1\nreader', "unknown key"),
    "no bounds": ("greatest = 100\n", "", "greatest: missing"),
    "an unknown indicator": ("tables.a]", "tables.b]", "no indicator with a table"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_description_of_a_service_is_refused(folder, kind):
    old, new, told = WRONG[kind]
    assert old in SERIES
    (folder / "updates" / "survey.toml").write_text(SERIES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        propose(open_content(folder), "survey", quick("http://127.0.0.1:9"))
    assert told in str(error.value)


def test_names_of_sources_cannot_leave_the_folder(folder):
    with pytest.raises(ContentError, match="no source"):
        service(folder, "../survey")
    with pytest.raises(ContentError, match="address of a server"):
        base_of("file:///etc/passwd")


def test_every_source_with_an_interface_is_described_and_every_table_accounted_for(shipped):
    known = listed(shipped.folder)
    producers_named = " ".join(shipped.sources[key].producer for key in known)
    for name in ("World Bank", "Eurostat", "GitHub", "Microsoft", "Epoch AI"):
        assert name in producers_named
    for source in known:
        assert source in shipped.sources
        one = service(shipped.folder, source)
        tables = {
            code
            for code, indicator in shipped.indicators.items()
            if source in indicator.sources and indicator.formula is None
        }
        assert tables == {*asked_of(one), *one.by_hand}, source
        for code, asked in asked_of(one).items():
            path = shipped.folder / "data" / f"{code}.csv"
            rows = path.read_text(encoding="utf-8").splitlines()[1:]
            values = [float(row.split(",")[2]) for row in rows]
            assert asked.least <= min(values), code
            assert max(values) <= asked.greatest, code
            assert asked.countries <= len({row.split(",")[0] for row in rows}), code


def test_the_list_of_services_asks_nobody():
    listed_ = CliRunner().invoke(app, ["update", "--list", "--base", "http://127.0.0.1:9"])
    assert listed_.exit_code == 0
    assert "wdi: https://api.worldbank.org" in listed_.output
    assert "by hand: new_business_density" in listed_.output


def test_an_unknown_source_is_refused_with_those_there_are():
    ended = CliRunner().invoke(app, ["update", "wdy", "--dry-run"])
    assert isinstance(ended.exception, ResilienceIndexError)
    assert "sources.toml" in str(ended.exception)
