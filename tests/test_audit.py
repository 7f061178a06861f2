"""The audit as a whole: it finds planted faults, and is silent about an index without any."""

import json
import socket
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from resilience_index import ContentError, UsageError, build
from resilience_index.cli import app
from resilience_index.publish import audit_page
from resilience_index.robustness import coverage, income, leave_out
from resilience_index.robustness._thresholds import CHECKS, THRESHOLDS
from resilience_index.robustness.audit import audit

DRAWS = 256
PILLARS = ["one", "two", "three", "four"]
MEMBERS = 5

FAULTS = {
    "direction.pillar": "reversed",
    "direction.index": "reversed",
    "redundancy.inside": "double",
    "size.population": "large",
    "coverage.indicators": "holes",
    "outliers.left": "giant",
    "direction.nodes": "noise",
}
"""Part of a check, and whom it must name; the same parts must pass where nothing is planted."""

SOURCE = """
[sources.made]
producer = "Nobody"
title = "Made up"
citation = "Made up, https://example.org."
url = "https://example.org"
licence = "CC0 1.0"
licence_status = "open"
published = "Never"
"""
DEFINITION = """
[indicators.{code}]
title = "{code}"
definition = "Made up."
unit = "points"
direction = "{direction}"
source = "made"
max_age = 1
why = "To be found."
limits = "Made up."
"""
HEAD = """
[about]
title = "Planted"
edition = "1"
year = 2025
[method]
normalise = { name = "minmax", low = 1, high = 100 }
aggregate = { name = "arithmetic" }
[nodes.index]
title = "Index"
[audit]
income = "income"
population = "population"
"""


def simulated(planted, rows=150, seed=11):
    """Draw a one-factor index: four pillars of five indicators, and what is planted in it."""
    rng = np.random.default_rng(seed)
    factor, size = rng.standard_normal(rows), rng.standard_normal(rows)
    codes = {
        f"{pillar}_{i}": 0.8 * factor + 0.6 * rng.standard_normal(rows)
        for pillar in PILLARS
        for i in range(MEMBERS)
    }
    tree = {code: code.rpartition("_")[0] for code in codes}
    table = pd.DataFrame(codes)
    if planted:
        table["reversed"] = -table.pop("one_0")
        table["double"] = table["one_1"] * 3 + 7
        table["large"] = 0.95 * size + 0.3 * table.pop("two_0")
        table["holes"] = table.pop("three_0").mask(rng.random(rows) < 0.6)
        giant = table.pop("three_1")
        giant.iloc[7] = 60.0
        table["giant"] = giant
        tree |= {"reversed": "one", "double": "one", "large": "two", "holes": "three"}
        tree["giant"] = "three"
        for i in range(MEMBERS):
            table[f"noise_{i}"] = rng.standard_normal(rows)
            tree[f"noise_{i}"] = "noise"
    table["income"] = np.exp(9 + rng.standard_normal(rows))
    table["population"] = np.exp(16 + size)
    return table.set_axis([f"C{i:03}" for i in range(rows)]), tree


def written(folder, planted, seed=11, rows=150):
    """Write a simulated index as a content folder."""
    table, tree = simulated(planted, rows, seed)
    (folder / "data").mkdir(parents=True)
    (folder / "frameworks").mkdir()
    rows = "\n".join(f"{c},Country {c}" for c in table.index)
    (folder / "countries.csv").write_text(f"iso3,name\n{rows}\n", encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCE, encoding="utf-8")
    text, head = "", HEAD
    for pillar in [*PILLARS, *(["noise"] if planted else [])]:
        head += f'[nodes.{pillar}]\ntitle = "{pillar}"\nparent = "index"\n'
    for code in table:
        scored = code in tree
        text += DEFINITION.format(code=code, direction="higher_is_better" if scored else "none")
        head += f'[indicators.{code}]\nparent = "{tree[code]}"\n' if scored else ""
        figures = table[code].dropna()
        lines = "\n".join(f"{c},2025,{v:.6f}" for c, v in figures.items())
        path = folder / "data" / f"{code}.csv"
        path.write_text(f"iso3,year,value\n{lines}\n", encoding="utf-8")
    (folder / "all.toml").write_text(text, encoding="utf-8")
    (folder / "frameworks" / "made.toml").write_text(head, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folder = written(tmp_path_factory.mktemp("bad") / "content", planted=True)
    return audit(build("made", content=folder), draws=DRAWS)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = written(tmp_path_factory.mktemp("clean") / "content", planted=False)
    return audit(build("made", content=folder), draws=DRAWS)


@pytest.mark.parametrize(("code", "culprit"), FAULTS.items())
def test_each_planted_fault_is_found_and_named(bad, code, culprit):
    part = bad.part(code)
    assert part.verdict in ("look", "fails")
    assert part.concerned
    assert culprit in part.concerned_codes


def test_the_gravest_planted_fault_of_each_kind_fails(bad):
    for code in ("direction.index", "redundancy.inside", "size.population",
                 "coverage.indicators", "outliers.left"):  # fmt: skip
        part = bad.part(code)
        assert part.verdict == "fails", code
        assert FAULTS[code] in part.concerned[0].codes, code


def test_a_pillar_of_noise_is_neither_consistent_nor_one_thing(bad):
    assert "noise" in bad.part("consistency.pillars").concerned_codes
    assert "noise" in bad.part("dimension.first").concerned_codes


@pytest.mark.parametrize("code", FAULTS)
def test_an_index_without_faults_raises_none_of_them(clean, code):
    assert clean.part(code).verdict == "passes"
    assert clean.part(code).concerned == ()


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4])
def test_the_planted_faults_are_told_apart_whatever_the_draw(seed, tmp_path):
    for planted in (False, True):
        folder = written(tmp_path / str(planted), planted, seed, rows=100)
        found = audit(build("made", content=folder), draws=0)
        for code, culprit in FAULTS.items():
            part = found.part(code)
            assert (culprit in part.concerned_codes) == planted, code
            assert (part.verdict == "passes") != planted, code
        assert ("noise" in found.part("consistency.pillars").concerned_codes) == planted


def test_the_changes_that_would_help_most_are_about_what_was_planted(bad, clean):
    named = {code for change in bad.conclusion.changes for code in change.codes}
    assert named & {"noise", "reversed", "double", "large", "holes", "giant"}
    codes = [c.code for c in clean.conclusion.changes]
    assert not {"turn", "one_of", "tails", "per_head"} & set(codes)


def test_an_outlier_that_was_treated_stands_in_the_log_instead(tmp_path):
    folder = written(tmp_path / "content", planted=True)
    treat = {"method.treat": {"name": "skewness_kurtosis"}}
    found = audit(build("made", content=folder, changes=treat), draws=DRAWS)
    assert found.part("outliers.left").verdict == "passes"
    assert "giant" in str(found.part("outliers.left").more["names"]).split(",")


def test_an_outlier_that_is_scored_by_its_rank_pushes_nobody_together(tmp_path):
    folder = written(tmp_path / "content", planted=True)
    ranks = {"method.normalise": {"name": "percentile_rank", "low": 1, "high": 100}}
    found = audit(build("made", content=folder, changes=ranks), draws=0)
    assert found.part("outliers.left").verdict == "passes"
    assert "tails" not in [change.code for change in found.conclusion.changes]
    giant = found.evidence.figures.shape.loc["giant"]
    assert giant["skewness_after"] > 2
    assert giant["skewness_scored"] == pytest.approx(0, abs=0.01)  # 1, 2, ..., n


def test_there_are_22_checks_and_every_limit_belongs_to_one(audited):
    assert [check.number for check in audited.checks] == list(range(1, 23))
    assert {limit.check for limit in THRESHOLDS.values()} == set(CHECKS)
    parts = [part.code for check in audited.checks for part in check.parts]
    assert sorted(parts) == sorted(THRESHOLDS)


def test_what_the_default_index_cannot_be_judged_by_says_why(audited):
    for code in ("rank.errors", "value.others", "validity.years"):
        part = audited.part(code)
        assert part.verdict == "cannot be made"
        assert len(part.why) > 20


def test_the_default_index_is_close_to_income_and_says_so(audited):
    assert 0.9 < audited.part("value.income").figure < 0.96
    assert audited.part("value.income").verdict == "look"
    assert "income" in [statement.code for statement in audited.conclusion.not_for]
    assert len(audited.conclusion.changes) == 3


def test_everything_that_fails_in_the_default_index_is_explained(audited):
    failing = [
        part.code for check in audited.checks for part in check.parts if part.verdict == "fails"
    ]
    assert failing
    assert [code for code in failing if not audited.explained(code)] == []


def told(text):
    """The default framework's README and explanations, of which a sentence must be true."""
    readme = Path("indicators/README.md").read_text(encoding="utf-8")
    framework = Path("indicators/frameworks/ai_resilience.toml").read_text(encoding="utf-8")
    return text in " ".join(readme.split()) or text in framework


def test_what_is_said_of_filled_gaps_is_so(audited, index):
    filled = build("ai_resilience", changes={"method.impute": {"name": "knn", "neighbours": 5}})
    errors = coverage.masking_error(filled).assign(gaps=index.missing.sum())
    errors = errors[(errors["gaps"] > 0) & errors["error"].notna()]
    mean = (errors["error"] * errors["gaps"]).sum() / errors["gaps"].sum()
    assert told(f"the error falls to {mean:.2f}, half of the countries move by two ranks or more")
    assert told(f"would miss by {mean:.2f}")
    assert told(f"misses by {audited.part('missing.error').figure:.2f} standard deviations")
    moves = (filled.ranks["index"] - index.ranks["index"]).abs()
    assert (moves.median(), moves.max()) == (2, 17)


def test_what_is_said_of_income_is_so(audited, index):
    gdp = audited.evidence.context["income"]

    def rho(scores):
        both = pd.concat([scores["index"], gdp], axis=1).dropna()
        return stats.spearmanr(both.iloc[:, 0], both.iloc[:, 1]).statistic

    tree = index.framework.tree
    groups = [[code] for code in tree.leaves("index")] + [tree.leaves(p) for p in tree.pillars]
    found = [rho(leave_out.scores_without(index, codes)) for codes in groups]
    otherwise: list[dict[str, object]] = [
        {"nodes.index.aggregate": {"name": "arithmetic"}},
        {"nodes.index.aggregate": {"name": "harmonic"}},
        {"method.normalise": {"name": "percentile_rank", "low": 1, "high": 100}},
        {"method.impute": {"name": "knn", "neighbours": 5}},
    ]
    found += [rho(build("ai_resilience", changes=changes).scores) for changes in otherwise]
    assert 0.915 <= min(found) <= max(found) <= 0.95
    assert told("leave the correlation between 0.92 and 0.95")
    assert told("leave it between 0.92 and 0.95")
    assert told(f"with GDP per head is {rho(index.scores):.2f}")
    net = {role: pair[1].size for role, pair in audited.evidence.value.rank_links.items()}
    others = audited.evidence.value.agreement["net"]
    assert told(f"human development ({others['hdi']:.2f}), but not with GovTech maturity "
                f"({others['gtmi']:.2f}) or internet use ({net['internet']:.2f})")  # fmt: skip
    assert told(f"hardly goes with the size of the economy ({net['gdp']:.2f})")


def test_what_is_said_of_single_indicators_is_so(audited, index):
    pair = income.context(index, ["gh_organizations", "gh_developers"])
    assert told(f"the two are correlated by {pair.corr().iloc[0, 1]:.2f}")
    one, other = (index.normalised[c] for c in ("top500_rmax_pflops", "gpu_cluster_h100e"))
    both = (one > one.min()) & (other > other.min())
    neither = (one == one.min()) & (other == other.min())
    assert told(f"Among the {both.sum()} countries that have both, the two are correlated by "
                f"{one[both].corr(other[both]):.2f}; the rest of the agreement is that "
                f"{neither.sum()} countries have neither")  # fmt: skip
    used = [index.content.indicators[c].sources for c in index.framework.indicators]
    assert sum("wdi" in sources for sources in used) == 7
    assert told("The World Development Indicators stand behind seven indicators")
    assert index.missing["firms_formal_training_pct"].sum() == 42
    tally = audited.tally()
    assert (tally["passes"], tally["look"], tally["fails"]) == (3, 13, 6)
    assert told("three checks pass, 13 deserve a look and six fail")


def test_known_gaps_of_the_default_index_are_found(audited):
    assert "firms_ai_any_ge10_eurostat" in audited.part("coverage.indicators").concerned_codes
    zeros = audited.part("variety.zeros").concerned_codes
    assert {"notable_models_5y", "gpu_cluster_h100e", "top500_rmax_pflops",
            "cloud_effective_providers"} == set(zeros)  # fmt: skip
    assert audited.part("coverage.pillars").concerned_codes == ("adoption",)


def test_the_same_seed_gives_the_same_audit_and_no_network_is_needed(audited, index, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the audit asked for a network")

    monkeypatch.setattr(socket, "socket", refuse)
    again = audit(index, draws=128)
    assert audit_page.as_json(again) == audit_page.as_json(audited)
    one, other = audit_page.audit_view(audited), audit_page.audit_view(again)
    for form in ("page", "print"):
        assert audit_page.render(one, form=form) == audit_page.render(other, form=form)


def test_a_panel_is_audited_by_its_last_year():
    panel = build("hdi", content="tests/published/hdi")
    found = audit(panel, draws=64)
    last = found.evidence.index
    assert last.framework.panel is None
    assert last.framework.about.year == 2022
    pd.testing.assert_series_equal(
        last.scores["hdi"], panel.scores["hdi"].xs(2022, level=1), check_names=False
    )
    assert found.part("validity.years").verdict == "passes"
    assert found.part("leave.countries").verdict == "cannot be made"
    assert found.part("rank.width").verdict != "cannot be made"


GOALPOSTS = {
    "method.normalise": {"name": "goalposts", "low": 1, "high": 100, "lower": {"a": 0, "b": 0},
                         "upper": {"a": 10, "b": 10}}
}  # fmt: skip
PILLAR = '[nodes.p]\ntitle = "P"\nparent = "index"\n'
TINY = {
    "three countries, two indicators": ({}, {}),
    "one pillar": (
        {"nodes": PILLAR, "indicators": 'a = { parent = "p" }\nb = { parent = "p" }'},
        {},
    ),
    "an indicator without variance": ({}, {"flat": True}),
    "a single indicator": ({}, {"alone": True}),
}


@pytest.mark.parametrize("case", TINY)
def test_tiny_indices_are_audited_as_far_as_they_go(small, case, tmp_path):
    more, kind = TINY[case]
    figures = {
        "a": {"AAA": 1, "BBB": 2, "CCC": 4},
        "b": {"AAA": 5, "BBB": 5 if kind else 3, "CCC": 5 if kind else 1},
    }
    if "alone" in kind:
        del figures["b"]
    goalposts = json.loads(json.dumps(GOALPOSTS))
    for end in ("lower", "upper"):
        goalposts["method.normalise"][end] = {
            c: v for c, v in goalposts["method.normalise"][end].items() if c in figures
        }
    index = build("small", content=small(figures, **more), changes=goalposts)
    found = audit(index, draws=64)
    assert len(found.checks) == 22
    for check in found.checks:
        for part in check.parts:
            assert (part.verdict == "cannot be made") == bool(part.why), part
    assert found.part("again.scores").verdict == "passes"
    assert found.part("value.income").verdict == "cannot be made"
    pdf = "alone" in kind  # one print is enough
    names = ["audit.html", "audit.json", *(["audit.pdf"] if pdf else [])]
    assert audit_page.write(found, tmp_path / "out", pdf=pdf) == names


def test_no_correlation_is_judged_of_three_countries(small):
    figures = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
    found = audit(build("small", content=small(figures), changes=GOALPOSTS), draws=16)
    assert {check.verdict for check in found.checks[7:13]} == {"cannot be made"}
    assert found.part("direction.index").why == "too few countries have the figures in common"
    assert "countries in common" in found.part("consistency.pillars").why
    assert found.part("best_case.order").why == "too few countries to compare"
    assert found.part("rank.width").verdict != "cannot be made"
    assert not {"direction", "turn"} & {c.code for c in found.conclusion.changes}


def test_a_flat_indicator_is_named(small):
    figures = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 5, "CCC": 5}}
    index = build("small", content=small(figures), changes=GOALPOSTS)
    part = audit(index, draws=16).part("variety.constant")
    assert part.verdict == "fails"
    assert part.concerned_codes == ("b",)


def test_a_flat_indicator_has_no_say(small):
    codes = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"]
    figures = {"a": dict(zip(codes, range(1, 7), strict=True)), "b": dict.fromkeys(codes, 5)}
    folder = small(figures)
    rows = "".join(f"{code},Country {code}\n" for code in codes)
    (folder / "countries.csv").write_text(f"iso3,name\n{rows}", encoding="utf-8")
    found = audit(build("small", content=folder, changes=GOALPOSTS), draws=16)
    silent, quotient = found.part("importance.silent"), found.part("importance.quotient")
    assert (silent.verdict, silent.figure, silent.concerned_codes) == ("fails", 0, ("b",))
    assert quotient.verdict == "fails"
    assert quotient.concerned[0].codes == ("b",)
    assert "silent" in [change.code for change in found.conclusion.changes]
    told = json.loads(audit_page.as_json(found), parse_constant=pytest.fail)
    assert "factor is up to ∞" in str(told["checks"][12]["parts"][2]["sentence"])


def test_an_explanation_of_no_check_is_refused(index):
    settings = index.framework.audit.model_copy(update={"explained": {"coverige": "Because."}})
    framework = index.framework.model_copy(update={"audit": settings})
    with pytest.raises(ContentError, match="did you mean 'coverage'"):
        audit(build(framework), draws=16)


def test_check_tells_of_an_explanation_of_no_check_before_anything_is_built(small):
    folder = small({"a": {"AAA": 1, "BBB": 2, "CCC": 4}})
    path = folder / "frameworks" / "small.toml"
    more = '\n[audit.explained]\ncoverige = "Because."\n"size.pupulation" = "So."\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "--content", str(folder)])
    told = str(result.exception)
    assert "small.toml: audit.explained.coverige: no such check (did you mean 'coverage'" in told
    assert "audit.explained.size.pupulation: no such check (did you mean 'size.population'" in told


def test_an_audit_setting_must_name_an_indicator(shipped):
    base = shipped.framework("ai_resilience")
    with pytest.raises(ContentError, match=r"audit.income: no such indicator 'gdb_per_capita_usd'"):
        shipped.changed(base, {"audit.income": "gdb_per_capita_usd"})


def test_a_part_that_does_not_exist_is_refused(audited):
    with pytest.raises(UsageError, match=r"did you mean 'coverage.pillars'"):
        audited.part("coverage.pilars")


def test_the_moments_in_the_audit_are_those_of_scipy(audited, index):
    shape = audited.evidence.figures.shape
    for code in ("notable_models_5y", "ai_user_share", "rd_expenditure_pct_gdp"):
        for table, end in ((index.imputed, ""), (index.treated, "_after")):
            values = table[code].dropna()
            assert shape.loc[code, f"skewness{end}"] == pytest.approx(
                stats.skew(values, bias=False)
            )
            assert shape.loc[code, f"kurtosis{end}"] == pytest.approx(
                stats.kurtosis(values, bias=False)
            )


@pytest.mark.parametrize(
    "changes",
    [
        {"method.impute": {"name": "knn", "neighbours": 5}},
        {"method.normalise": {"name": "percentile_rank", "low": 1, "high": 100}},
        {"nodes.index.weigh": {"name": "pca"}},
    ],
    ids=["imputed", "by rank", "weights from data"],
)
def test_other_methods_are_audited_too(changes):
    found = audit(build("ai_resilience", changes=changes), draws=16)
    assert found.part("missing.error").verdict != "cannot be made"
    assert found.part("direction.nodes").verdict == "passes"
    assert found.part("choices.largest").why.startswith(
        "the index has to be put together anew" if "nodes.index.weigh" in changes else ""
    )
    assert audit_page.audit_view(found).checks
