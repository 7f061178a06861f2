"""The policy lab's content: reads, hangs together, and no damaged line gets past the reader."""

import ast
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from resilience_index.content import _policy_models, _prior_models, open_content
from resilience_index.content._prior_models import Draw, ends
from resilience_index.content.policies import FILES, Known, open_policies, problems_of
from resilience_index.content.reading import Model, form, read_toml
from resilience_index.errors import ContentError, UsageError
from resilience_index.policy import record
from resilience_index.policy.arms import arms_of
from resilience_index.policy.priors import quantile

ROOT = Path(__file__).parent.parent
POLICIES = ROOT / "indicators" / "policies"
PACKAGE = ROOT / "resilience_index" / "policy"


@pytest.fixture(scope="module")
def known(shipped):
    return Known(set(shipped.units.index), set(shipped.indicators), shipped.frameworks())


@pytest.fixture
def copied(tmp_path, known):
    """Give a reader of a copy in which some text of a file was replaced."""

    def read(name, old, new):
        folder = tmp_path / "content"
        shutil.copytree(POLICIES, folder / "policies", dirs_exist_ok=True)
        path = folder / "policies" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return open_policies(folder, known)

    return read


def faults(read, name, old, new):
    with pytest.raises(ContentError) as caught:
        read(name, old, new)
    return "\n".join(caught.value.problems)


def test_the_shipped_policies_read(lab):
    assert len(lab.policies.priors) > 50


def test_every_documented_programme_asked_for_is_a_preset(lab):
    presets = lab.policies.programmes
    documented = {
        "korea_documented", "korea_data_voucher", "italy_2018", "spain_kit_digital",
        "uk_help_to_grow", "ireland_tov", "alia_class", "apertus_class", "sarvam_class",
        "korea_five_teams_class", "japan_class",
    }  # fmt: skip
    assert documented <= set(presets)
    assert all(presets[p].status == "documented" for p in documented)
    assert presets["shared"].kind == "hosting"


def test_every_prior_has_a_source_or_the_word_assumption(lab):
    for prior in lab.policies.priors.values():
        assert prior.confidence in ("H", "M", "assumption")
        assert prior.has_data is (prior.confidence != "assumption")
        assert prior.source or not prior.has_data


def test_every_source_is_used_or_stands_for_a_fact_of_its_own(lab):
    policies = lab.policies
    used = {s for p in policies.priors.values() for s in p.source}
    for programme in policies.programmes.values():
        used |= set(programme.source) | {s for p in programme.priors.values() for s in p.source}
    for told in policies.contradictions.values():
        used |= {fact.source for fact in told.facts}
    for holder in (policies.bridge.adoption, policies.shocks, *policies.programmes.values()):
        used |= {fact.source for fact in holder.facts}
    used |= {s.source for s in policies.shocks.supplies.values()} | {policies.shocks.cloud.source}
    assert set(policies.sources) == used


@pytest.mark.parametrize("name", [n for n in FILES if n != "sources"])
def test_prose_ends_in_a_full_stop(name):
    for number, line in enumerate((POLICIES / f"{name}.toml").read_text().splitlines(), 1):
        found = re.match(r'(?:text|why|\w+_why) = "(.*)"', line)
        assert not found or found[1].endswith("."), f"{name}.toml, line {number}"


def test_a_cap_and_its_use_that_do_not_give_the_mean_grant_are_refused(copied):
    found = faults(copied, "programmes.toml", "cap = 232200", "cap = 300000")
    assert (
        "programmes.korea_documented.cap: 300,000 times the mean of grant_use, 0.934, is" in found
    )
    assert "but mean_grant is 217,000; mend one of them" in found


def test_a_cap_without_its_use_is_refused(copied):
    found = faults(copied, "programmes.toml", "mean_grant = 6200", "mean_grant = 6200\ncap = 6200")
    assert "programmes.uk_help_to_grow.cap: give priors.grant_use" in found


UNITS = {0: "nothing", 1: "a whole", 100: "per cent", 1_000_000: "per million"}
"""Numbers that may stand in formulas of the bridge: all others are priors, with a reason each."""


def test_no_prior_hides_in_a_formula(lab):
    bridge = lab.policies.bridge
    texts = [e.formula for e in bridge.effects.values()] + [bridge.firms.modelled]
    texts += [one.formula for one in bridge.adoption.inferred]
    texts += [text for several in bridge.quantities.values() for text in several]
    for text in texts:
        found = {float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)", text)}
        assert found <= set(UNITS), text


def test_claimed_and_documented_are_kept_apart(lab):
    presets = lab.policies.programmes
    claimed = {code for code, p in presets.items() if p.status == "claimed"}
    assert claimed == {"korea_claimed_amount", "korea_claimed_reach"}
    told = lab.policies.contradictions["korea_voucher"]
    assert claimed | {"korea_documented"} == set(told.programmes)


def test_the_two_claims_are_never_multiplied(lab):
    """Their product, 17.8 billion, appears nowhere; each claim is a preset without the other."""
    amount, reach = 140_000, 127_000
    presets = lab.policies.programmes
    assert presets["korea_claimed_amount"].mean_grant == amount
    budgets = 50_738_830 + 48_912_949 + 75_864_335 + 53_567_451 + 31_171_199 + 19_435_115
    assert presets["korea_claimed_reach"].mean_grant == pytest.approx(budgets / reach, rel=0.01)
    for path in (*POLICIES.glob("*.toml"), *PACKAGE.glob("*.py")):
        text = path.read_text(encoding="utf-8").replace(",", "").replace("_", "")
        assert not re.search(r"17\.8 (bn|billion)|1778\d{7}", text), path.name


def test_the_contradiction_is_told_with_its_sources(lab):
    told = lab.policies.contradictions["korea_voucher"]
    facts = lab.policies.facts(told.facts)
    assert len(facts) == len(told.facts) >= 4
    assert any("1,000" in fact.text for fact in facts)


def test_facts_marked_l_or_r_are_never_printed(copied):
    policies = copied(
        "programmes.toml",
        'source = "korea_smes"\nconfidence = "M"',
        'source = "korea_smes"\nconfidence = "L"',
    )
    told = policies.contradictions["korea_voucher"]
    assert len(policies.facts(told.facts)) == len(told.facts) - 1


def test_sources_marked_l_or_r_are_never_printed(copied):
    old = 'url = "https://jangup.kr/article.php?id=99001&lang=en"\nconfidence = "M"'
    policies = copied("sources.toml", old, old.replace('"M"', '"R"'))
    rows = record.priors(policies, arms_of("hosting", policies))
    leaning = next(r for r in rows if r["prior"] == "use_inside")
    assert policies.priors["use_inside"].source == ["kcci_workers"]
    assert leaning["sources"] == []


def test_a_mark_may_not_be_better_than_its_best_source(copied):
    old = 'confidence = "M"\nsource = ["uk_help_to_grow", "cpb_vouchers"]'
    new = 'confidence = "H"\nsource = ["uk_help_to_grow"]'
    assert "confidence: H, but its best source is marked M" in faults(
        copied, "priors.toml", old, new
    )


def test_shares_that_do_not_sum_to_one_are_refused(copied):
    found = faults(copied, "data/model_supplier_shares.csv", "openai,USA,0.27", "openai,USA,0.37")
    assert "supply llm_spending: shares sum to 1.1; they must sum to 1" in found


def test_weights_of_a_mixture_must_sum_to_one(copied):
    found = faults(copied, "priors.toml", "weights = [0.7, 0.3]", "weights = [0.7, 0.2]")
    assert "weights sum to 0.9; they must sum to 1" in found


@pytest.mark.parametrize("draw", ['"fixed", value = 1.5', '"uniform", low = -0.1, high = 1'])
def test_a_share_is_drawn_between_none_and_all(copied, draw):
    found = faults(copied, "priors.toml", 'draw = { name = "uniform", low = 0, high = 1 }',
                   f"draw = {{ name = {draw} }}")  # fmt: skip
    assert "priors.spillover.draw" in found
    assert "but a share of the growth rate lies between 0 and 1" in found


IMPOSSIBLE = {
    "a share beyond all": ("spillover", '"normal", mean = 0.9, sd = 0.2', "lies between 0 and 1"),
    "a share in a mixture": (
        "redemption",
        '"mixture", weights = [0.5, 0.5], of = [{ name = "fixed", value = 1 }, '
        '{ name = "uniform", low = 0, high = 2 }]',
        "0 to 2, but a share of vouchers lies between",
    ),
    "a chance": ("notable_chance", '"uniform", low = 0, high = 1.2', "but a probability lies"),
    "nothing redeemed": ("redemption", '"fixed", value = 0', "a number above 0 is needed"),
    "no time at all": ("other_vendor_time", '"fixed", value = 0', "a number above 0 is needed"),
    "time that runs back": ("own_hosting_time", '"fixed", value = -3', "a number above 0"),
    "a time that may": ("halving_time", '"normal", mean = 8, sd = 4', "-20.2 to 36.2; a number"),
    "a lag ahead": ("organisation_lag", '"fixed", value = -6', "-6; at least 0 is needed"),
    "a frontier that cheapens": ("frontier_cost_growth", '"fixed", value = 0.5', "at least 1 is"),
    "all is lost in a year": ("discount_rate", '"fixed", value = -1', "-1; at least -0.5 is"),
    "a number without end": (
        "staff_cost",
        '"lognormal", median = 1, sigma = 1000',
        "at most 1e+60",
    ),
}


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_a_draw_with_which_the_equations_have_no_sense_is_refused(copied, kind):
    code, draw, told = IMPOSSIBLE[kind]
    text = (POLICIES / "priors.toml").read_text(encoding="utf-8")
    old = re.search(rf"\[priors\.{code}\]\n(?:.*\n)*?draw = .*\n", text)[0]
    new = re.sub(r"draw = .*", lambda _: f"draw = {{ name = {draw} }}", old)
    found = faults(copied, "priors.toml", old, new)
    assert f"priors.{code}.draw: " in found
    assert told in found


@pytest.mark.parametrize(
    "draw",
    [{"name": "normal", "mean": 2.0, "sd": 3.0}, {"name": "lognormal", "median": 2.0, "sigma": 0.7},
     {"name": "beta", "a": 2.0, "b": 5.0}, {"name": "uniform", "low": -1.0, "high": 4.0},
     {"name": "triangular", "low": 0.0, "mode": 1.0, "high": 4.0}],
    ids=lambda draw: draw["name"],
)  # fmt: skip
def test_no_draw_lies_beyond_its_ends(draw):
    low, high = ends(TypeAdapter(Draw).validate_python(draw))
    least, most = quantile(draw, np.array([0.0, 1.0]))
    assert low <= least <= low + 0.1
    assert high * 0.9 <= most <= high


def test_a_prior_that_the_equations_need_may_not_be_missing(copied):
    found = faults(copied, "priors.toml", "[priors.redemption]", "[priors.redemptions]")
    assert "priors.redemption: missing; the equations need it" in found
    assert "unknown prior 'redemption' (did you mean 'redemptions'?)" in found


def test_an_unknown_name_in_a_formula_is_refused_with_the_nearest(copied):
    found = faults(copied, "bridge.toml", "figure + user_gain", "figure + user_gains")
    assert "effects.ai_user_share.formula: unknown name 'user_gains'" in found
    assert "did you mean 'user_gain'" in found


def test_an_unknown_country_in_a_table_is_refused(copied):
    found = faults(copied, "data/firms.csv", "KOR,2013", "KRO,2013")
    assert "data/firms.csv: unknown country 'KRO'" in found


def test_a_number_that_is_none_is_refused_with_its_line(copied):
    found = faults(copied, "data/firms.csv", "KOR,2013,187193", "KOR,2013,many")
    assert "line 22: value is 'many'; a number is needed, or nothing" in found


def test_all_faults_are_told_at_once(copied, tmp_path, known):
    faults(copied, "priors.toml", "a = 6, b = 2", "a = -6, b = 2")
    path = tmp_path / "content" / "policies" / "shocks.toml"
    path.write_text(path.read_text().replace('layer = "cloud"', 'layer = "clouds"', 1))
    with pytest.raises(ContentError) as caught:
        open_policies(tmp_path / "content", known)
    text = str(caught.value)
    assert "priors.toml: priors.redemption.draw" in text
    assert "shocks.toml: shocks.us_cloud.layer" in text


def test_a_folder_without_policies_is_said_to_have_none(tmp_path, known):
    with pytest.raises(ContentError, match="no such folder"):
        open_policies(tmp_path, known)
    assert problems_of(tmp_path, known) == []


def test_an_unknown_preset_is_refused_with_the_nearest_name(lab):
    with pytest.raises(UsageError, match="did you mean 'italy_2018'"):
        lab.policies.programme("italy_2019", "voucher")


def lines_with_keys(name):
    """Lines of a file that give a key of its form, but for tables whose keys are free."""
    free, inside = ("quantities", "unknown", "notes", "adoption.left_out"), ""
    for number, line in enumerate((POLICIES / f"{name}.toml").read_text().splitlines()):
        head = re.match(r"\[+([\w.]+)\]", line)
        inside = head[1] if head else inside
        if re.match(r"\w+ = ", line) and inside not in free:
            yield number


@pytest.mark.parametrize("name", FILES)
def test_no_damaged_line_gets_past_the_reader(name, tmp_path):
    """Each key in turn is misspelt: the form refuses it, or names the key that is missing."""
    text = (POLICIES / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    path = tmp_path / f"{name}.toml"
    passed = []
    for number in lines_with_keys(name):
        damaged = [*text]
        damaged[number] = re.sub(r"^(\w+) = ", r"\1_x = ", damaged[number])
        path.write_text("\n".join(damaged), encoding="utf-8")
        made, problems = form(FILES[name], read_toml(path))
        if made is not None or not problems:
            passed.append(text[number])
    assert not passed


ALLOWED = {
    0: "nothing", 1: "a whole", 2: "a square, a half, a base of logarithms", -1: "the last",
    12: "months of a year", 100: "per cent", 3: "ranks", 5: "a percentile, ranks", 10: "ranks",
    50: "a percentile", 95: "a percentile", 0.9: "what counts as recovered", 4: "draws of a probe",
    30: "years at most", 24: "steps of a search", 60: "steps of a search", 200: "resamples",
    500: "steps of a search", 1024: "points", 2000: "draws", 10_000: "draws", 1_000_000: "draws",
    20: "a power of two, at most", 7: "a power of two", 1e-12: "precision", 1e-10: "precision",
    1e-9: "precision", 1e-6: "precision", 1e-4: "precision", 0.005: "precision",
    0.98: "where a curve may begin", 1e9: "the end of a list, firms at most",
    16: "countries at once", 512: "points", 1e15: "US dollars at most",
}  # fmt: skip
"""Numbers that may stand in the code of the policy lab, and what they are: none is a prior."""


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda p: p.stem)
def test_no_prior_stands_in_code(path):
    odd = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in ALLOWED
    ]
    assert not odd


def test_no_number_of_a_programme_has_a_default_in_its_form():
    """One team is one model; every other number of a preset, a shock or the bridge is in a file."""
    forms = {
        name: one
        for module in (_policy_models, _prior_models)
        for name, one in vars(module).items()
        if isinstance(one, type) and issubclass(one, Model)
    }
    found = {
        (name, field): info.default
        for name, one in forms.items()
        for field, info in one.model_fields.items()
        if isinstance(info.default, int | float) and not isinstance(info.default, bool)
    }
    assert found == {("SovereignProgramme", "teams"): 1}


def test_a_programme_may_be_paid_over_years_of_its_own(copied):
    """The general three years are an assumption; a programme's own stand in its own table."""
    head = "[programmes.italy_2018.priors.grant_use]"
    own = '[programmes.italy_2018.payment]\nyears = 1\nconfidence = "M"\n'
    own += 'source = ["italy_voucher"]\nwhy = "One call."\n\n'
    policies = copied("programmes.toml", head, own + head)
    italy, spain = (policies.programme(c) for c in ("italy_2018", "spain_kit_digital"))
    assert [policies.paid(p).years for p in (italy, spain)] == [1, 3]
    assert [policies.paid(p).confidence for p in (italy, spain)] == ["M", "assumption"]
    told = faults(copied, "programmes.toml", "[payment]\nyears = 3", "[payment]\nyears = 0")
    assert "payment.years" in told


def test_no_country_programme_or_shock_stands_in_code(lab):
    named = {*lab.policies.programmes, *lab.policies.shocks.shocks}
    named |= set(lab.index.framework.indicators) | set(open_content().units.index)
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if _documented(n)}
        found = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not (found - texts) & named, path.name


def _documented(node):
    return isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
