"""The commands uncertainty, sensitivity and weight-space, as a user types them."""

import csv
import io
import json
from dataclasses import dataclass

import pandas as pd
import pytest
from typer.testing import CliRunner

import resilience_index as ri
from resilience_index import doors
from resilience_index.cli import app
from resilience_index.errors import UsageError
from resilience_index.publish import robustness_tables
from resilience_index.publish.edition import Wanted, write
from resilience_index.robustness.sensitivity import SHIFT, sensitivity
from resilience_index.robustness.uncertainty import uncertainty
from resilience_index.robustness.weight_space import weight_space
from tests import made_up


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return made_up.large(tmp_path_factory.mktemp("some") / "content", 20, 14, gaps=0.1)


@pytest.fixture(scope="module")
def made(content):
    return ri.build("made_up", content=content)


@dataclass(frozen=True)
class Told:
    stdout: str
    stderr: str


@pytest.fixture
def invoke(monkeypatch, tmp_path, content, capsys):
    """Call a command; what it says goes apart, which the runner of click does from 8.2 on alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(command, *arguments):
        capsys.readouterr()
        app([command, "made_up", "--content", str(content), *arguments], standalone_mode=False)
        return Told(*capsys.readouterr())

    return call


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def table(path):
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def test_uncertainty_prints_the_interval_of_each_rank_and_how_published_ranks_lie(invoke, made):
    found = uncertainty(made, draws=512, nodes=False)
    result = invoke("uncertainty", "--draws", "512", "--format", "csv")
    for row in rows_of(result.stdout):
        own = found.table.loc[row["iso3"]]
        for column in ("rank", "rank_05", "rank_median", "rank_95", "tier", "higher", "lower"):
            assert float(row[column]) == own[column]
    assert "512 draws" in result.stderr
    assert f"{found.edge.sum()} of 20 published ranks sit at the edge" in result.stderr
    shown = invoke("uncertainty", "--draws", "512", "--top", "3").stdout
    first = found.table.sort_values("rank").iloc[0]
    assert f"{first['rank_05']:.0f}–{first['rank_95']:.0f}" in shown
    assert f"{first['lower']:.0%}" in shown


def test_uncertainty_writes_all_of_its_tables_into_a_new_folder(invoke, made, tmp_path):
    invoke("uncertainty", "--draws", "512", "--out", "all")
    found = uncertainty(made, draws=512)
    pairs = table(tmp_path / "all" / "pairs.csv")
    assert len(pairs) == 20 * 19
    for one, other, share in pairs.sample(30, random_state=0).itertuples(index=False):
        assert share == pytest.approx(found.ahead(one, other), abs=1e-6)
    nodes = table(tmp_path / "all" / "uncertainty.csv")
    assert len(nodes) == 20 * len(made.framework.nodes)
    shares = table(tmp_path / "all" / "rank_shares.csv")
    assert shares.groupby("iso3")["share"].sum().tolist() == pytest.approx([1] * 20)


@pytest.mark.parametrize("command", ["uncertainty", "sensitivity", "weight-space"])
def test_a_folder_that_is_there_already_is_not_written_into(command, content, tmp_path):
    (tmp_path / "mine").mkdir()
    arguments = [command, "made_up", "--content", str(content), "--out", str(tmp_path / "mine")]
    with pytest.raises(UsageError, match="it exists already; name a folder that does not"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert not any((tmp_path / "mine").iterdir())


def test_an_interruption_leaves_nothing_behind(content, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("resilience_index.publish.robustness_tables.pairs", stop)
    arguments = ["uncertainty", "made_up", "--content", str(content), "--draws", "64"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "mine")])
    assert result.exit_code != 0
    assert not [p for p in tmp_path.iterdir() if "mine" in p.name]


def test_sensitivity_prints_shares_for_all_ranks_or_for_one(invoke, made):
    found = sensitivity(made, base=64)
    for arguments, output in (((), SHIFT), (("--country", "U0003"), "U0003")):
        told = invoke("sensitivity", "--base", "64", "--format", "json", *arguments)
        rows = json.loads(told.stdout)
        expected = found.of(output)
        assert [row["input"] for row in rows] == expected.index.tolist()
        assert [row["total"] for row in rows] == pytest.approx(expected["total"].tolist())
        assert f"{found.evaluations:,} rankings" in told.stderr


def test_sensitivity_writes_single_changes_and_what_is_left_out_beside_it(invoke, made, tmp_path):
    invoke("sensitivity", "--base", "64", "--second", "--out", "all")
    folder = tmp_path / "all"
    kinds = set(table(folder / "left_out.csv")["kind"])
    assert kinds == {"indicator", "pillar"}  # all figures have one source, which cannot be left out
    changes = table(folder / "single_changes.csv")
    assert set(changes["assumption"]) >= {"normalisation", "imputation", "weights", "power.across"}
    assert len(table(folder / "second_order.csv")) == 21 * 9 * 8 / 2
    assumptions = table(folder / "assumptions.csv")
    of_one = assumptions.groupby("input")["probability"].sum(min_count=1).dropna()
    assert of_one.tolist() == pytest.approx([1] * len(of_one))
    assert set(table(folder / "sensitivity.csv")["output"]) == {SHIFT, *made.ranks.index}


def test_a_country_that_is_not_ranked_is_refused(content):
    arguments = ["sensitivity", "made_up", "--content", str(content), "--country", "U00003"]
    with pytest.raises(UsageError, match="unknown country 'U00003'"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_weight_space_prints_best_and_worst_ranks_within_stated_bounds(invoke, made, tmp_path):
    found = weight_space(made, bounds={"p0": (0.1, 0.5)}, draws=256)
    arguments = ("--bound", "p0=0.1:0.5", "--draws", "256")
    rows = rows_of(invoke("weight-space", *arguments, "--format", "csv", "--out", "all").stdout)
    for row in rows:
        own = found.table.loc[row["iso3"]]
        assert [int(row["best"]), int(row["worst"])] == [own["best"], own["worst"]]
    bounds = table(tmp_path / "all" / "weight_bounds.csv").set_index("child")
    assert bounds.loc["p0", ["low", "high"]].tolist() == [0.1, 0.5]
    fixed = table(tmp_path / "all" / "never_swap.csv")
    assert len(fixed) == found.never_swap.to_numpy().sum()


@pytest.mark.parametrize("bound", ["p0", "p0=0.1", "p0=a:b", "p0=0.1-0.4"])
def test_a_bound_that_is_none_is_refused_with_an_example(bound, content):
    arguments = ["weight-space", "made_up", "--content", str(content), "--bound", bound]
    with pytest.raises(UsageError, match=r"not NAME=LOW:HIGH, .* such as compute=0\.1:0\.4"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_an_edition_holds_the_tables_behind_its_intervals(made, tmp_path):
    data = write(made, tmp_path / "edition", Wanted(None, False, 1, 256), engine="0") / "data"
    assert len(table(data / "pairs.csv")) == 20 * 19
    extremes, ranking = table(data / "weight_space.csv"), table(data / "ranking.csv")
    assert extremes["iso3"].tolist() == ranking["iso3"].tolist()
    assert (extremes["best"] <= extremes["rank"]).all()
    assert (extremes["rank"] <= extremes["worst"]).all()
    assert set(table(data / "left_out.csv")["kind"]) == {"indicator", "pillar"}
    for path in [data / f"{name}.csv" for name in robustness_tables.BESIDE]:
        if path.is_file():
            held = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            assert [f["name"] for f in held["fields"]] == list(table(path))
            assert len(held["rows"]) == len(table(path))
    assert len(table(data / "sensitivity.csv")) == 21 * 9
    assert set(table(data / "single_changes.csv")["assumption"]) >= {"normalisation", "weights"}


def test_an_edition_without_draws_holds_none_of_them(made, tmp_path):
    data = write(made, tmp_path / "edition", Wanted(None, False, 1, 0), engine="0") / "data"
    assert not {p.stem for p in data.iterdir()} & set(robustness_tables.BESIDE)


# A cluster.


@pytest.fixture
def quiet():
    """Let the cluster's own threads warn as they like."""
    return pytest.importorskip("distributed")


@pytest.mark.filterwarnings("ignore")
def test_work_on_a_cluster_gives_the_same_numbers(invoke, quiet):
    settings = {"n_workers": 2, "processes": False, "dashboard_address": ":0"}
    with quiet.LocalCluster(**settings, scheduler_port=0) as cluster:
        address = cluster.scheduler_address
        if not address.startswith("tcp"):
            address = cluster.scheduler.address
        there = invoke(
            "uncertainty", "--draws", "2048", "--format", "csv", "--cluster", address
        ).stdout
    assert there == invoke("uncertainty", "--draws", "2048", "--format", "csv").stdout


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_an_address_where_no_scheduler_answers_is_refused(address, content, monkeypatch, quiet):
    monkeypatch.setattr(doors, "_ANSWER", 0.5)
    arguments = ["uncertainty", "made_up", "--content", str(content), "--cluster", address]
    with pytest.raises(UsageError, match="no scheduler answers there"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert quiet is not None


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_refused(content, monkeypatch, quiet):
    monkeypatch.setattr(doors, "_ANSWER", 0.5)
    settings = {"n_workers": 0, "processes": True, "dashboard_address": ":0"}
    with quiet.LocalCluster(**settings) as cluster:
        address = cluster.scheduler_address
        arguments = ["uncertainty", "made_up", "--content", str(content), "--cluster", address]
        with pytest.raises(UsageError, match="the scheduler has no workers; start some with"):
            CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_without_the_extra_a_cluster_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"pip install 'resilience-index\[cluster\]'"),
        doors.executor_at("tcp://127.0.0.1:8786"),
    ):
        pass
