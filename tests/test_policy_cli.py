"""The commands of the policy lab, as a user types them."""

import csv
import io
import json
import re

import pytest
from typer.testing import CliRunner

from resilience_index.cli import app
from resilience_index.cli_policy import policy
from resilience_index.errors import UsageError

COMMANDS = [command.name or command.callback.__name__ for command in policy.registered_commands]


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "150")

    def call(*arguments):
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.mark.parametrize("command", [("policy", c) for c in COMMANDS] + [("what-if",)])
def test_every_command_has_help_with_an_example(command):
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "100"})
    assert result.exit_code == 0
    assert "Example: resilience-index" in result.stdout


def test_compare_says_first_what_has_no_data(invoke):
    text = invoke("policy", "compare", "KOR", "--draws", "64", "--arms",
                  "sovereign:apertus_class,hosting")  # fmt: skip
    lines = text.splitlines()
    assert re.match("(Which of the two ways|How much more).* depends most on a", lines[0])
    assert "and the country has no figure on firms" in lines[0]
    assert "none of them is used" in lines[1]
    assert "All numbers are modelled" in lines[2]


def test_no_name_and_no_number_is_cut_on_a_narrow_screen(invoke, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = invoke("policy", "compare", "KOR", "--draws", "64", "--no-decide")
    for label in ("voucher:korea_documented", "sovereign:apertus_class", "hosting"):
        assert f"\n{label}\n  score  " in text
    assert "…" not in text


def test_compare_prints_json(invoke):
    made = json.loads(invoke("policy", "compare", "KOR", "--budget", "1e8", "--years", "2",
                             "--draws", "64", "--no-decide", "--json"))  # fmt: skip
    assert made["budget_usd"] == 1e8
    assert [arm["arm"] for arm in made["arms"]] == [
        "voucher:korea_documented", "sovereign:apertus_class", "hosting",
    ]  # fmt: skip
    assert [year["year"] for year in made["arms"][0]["years"]] == [1, 2]


def test_compare_without_a_country_prints_all_of_them(invoke):
    text = invoke("policy", "compare", "--draws", "16", "--arms", "hosting")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["arm"] for row in rows} == {"hosting"}
    assert len(rows) > 100


def test_firms_override_the_number_on_file(invoke):
    made = json.loads(invoke("policy", "compare", "KOR", "--firms", "250000", "--draws", "16",
                             "--no-decide", "--json"))  # fmt: skip
    assert made["firms"]["kind"] == "given"
    assert made["firms"]["number"] == [250000, 250000, 250000]


def test_stress_of_a_country_prints_the_course(invoke):
    text = invoke("policy", "stress", "KOR", "--draws", "64")
    assert "use lost at once" in text
    assert "months until 90 % is back" in text
    assert "No Korean provider is in the list" in text


def test_what_china_would_lose_is_called_unknown_and_no_number_stands_for_it(invoke):
    text = invoke("policy", "stress", "CHN", "--draws", "64")
    assert text.count("unknown") >= 10
    assert "after: unknown" in text
    assert not re.search(r"\bnan\b|\bnone\b|modelled$", text)
    text = invoke("policy", "compare", "CHN", "--draws", "16", "--no-decide")
    assert re.search(r"loss per adopter +unknown", text)


@pytest.mark.parametrize(
    ("shock", "told"),
    [("us_cloud", "shares: counted"), ("us_models", "shares: modelled"),
     ("us_models_and_cloud", "shares: clouds counted, models modelled")],
)  # fmt: skip
def test_stress_says_which_shares_are_counted(shock, told, invoke):
    """France hosts ten cloud regions; which models are used there is observed nowhere."""
    text = invoke("policy", "stress", "FRA", "--shock", shock, "--draws", "16")
    assert text.strip().endswith(told)
    made = json.loads(
        invoke("policy", "stress", "FRA", "--shock", shock, "--draws", "16", "--json")
    )
    cloud = "untouched" if shock == "us_models" else "counted"
    assert made["countries"][0]["cloud_is"] == cloud


def test_stress_without_a_country_prints_the_league(invoke):
    text = invoke("policy", "stress", "--shock", "us_models", "--top", "3", "--draws", "64")
    assert "United States" in text
    made = json.loads(invoke("policy", "stress", "--top", "3", "--draws", "64", "--json"))
    assert [row["rank_resilience"] for row in made["countries"]] == sorted(
        row["rank_resilience"] for row in made["countries"]
    )


def test_presets_lists_programmes_and_shocks(invoke, lab):
    text = invoke("policy", "presets")
    assert all(f":{code} (" in text for code in lab.policies.programmes)
    assert all(f"shock {code}" in text for code in lab.policies.shocks.shocks)
    assert "korea_claimed_amount (claimed)" in text


def test_a_comparison_that_ends_before_the_money_is_paid_says_so(invoke):
    asked = ("policy", "compare", "KOR", "--arms", "voucher:italy_2018,hosting", "--draws", "16",
             "--no-decide", "--years")  # fmt: skip
    text = invoke(*asked, "1")
    assert "US$ 1,000,000,000 over 1 year, others frozen" in text
    assert "voucher:italy_2018: paid out over 3 years, of which 1 count here" in text
    assert "paid out over" not in invoke(*asked, "3")


def test_what_if_prints_scores_before_and_after(invoke):
    text = invoke("what-if", "KOR", "--set", "adoption.ai_user_share=40")
    assert "37.1 to 40" in text
    assert "AI resilience" in text
    assert "outside" not in text
    text = invoke("what-if", "KOR", "--set", "adoption.ai_user_share=140")
    assert "140 lies outside the figures of all ranked countries" in text


def test_what_if_searches_a_target(invoke):
    assert "least change" in invoke("what-if", "KOR", "--rank", "10")
    made = json.loads(invoke("what-if", "KOR", "--rank", "10", "--only", "adoption", "--json"))
    assert made["least_change"]["reached"]
    low, high = made["least_change"]["rank_range"]
    assert low <= high  # no rank without its interval, so single ways state none
    assert all("rank" not in way for way in made["one_at_a_time"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("policy", "compare", "KOR", "--budget", "much"), "not a number"),
        (
            ("policy", "compare", "KOR", "--budget=-1"),
            r"budget '-1': a number of US dollars from 0 to 1e\+15",
        ),
        (("policy", "compare", "KOR", "--budget", "1e300"), r"from 0 to 1e\+15 is needed"),
        (("policy", "compare", "KOR", "--others", "movin"), "did you mean 'moving'"),
        (("policy", "compare", "--firms", "5"), "name the country"),
        (("policy", "compare", "KOR", "--firms", "x"), "not a number; write a number of firms"),
        (("policy", "compare", "KOR", "--firms", "-1"), "a whole number of firms from 1"),
        (("policy", "compare", "KOR", "--firms", "0"), "firms '0': a whole number of firms from 1"),
        (("policy", "compare", "KOR", "--firms", "1.5"), "firms '1.5': a whole number of firms"),
        (("policy", "stress", "KOR", "--shock", "us_clouds"), "did you mean 'us_cloud'"),
        (("what-if", "KOR"), "nothing to change"),
        (("what-if", "KOR", "--rank", "3", "--set", "ai_user_share=4"), "give either --set"),
        (("what-if", "KOR", "--set", "ai_user_share=4", "--goalposts", "free"), "frozen, moving"),
    ],
)
def test_what_the_user_can_mend_is_said_in_one_message(invoke, arguments, message):
    with pytest.raises(UsageError, match=message):
        invoke(*arguments)


def test_check_reads_the_policies_too(invoke, tmp_path):
    invoke("init", "mine")
    path = tmp_path / "mine" / "policies" / "priors.toml"
    path.write_text(path.read_text().replace("a = 6, b = 2", "a = 0, b = 2", 1))
    with pytest.raises(Exception, match=r"policies/priors\.toml: priors\.redemption\.draw"):
        invoke("check", "--content", "mine")
