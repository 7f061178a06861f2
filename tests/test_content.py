"""The shipped content: it reads, it is whole, and no damaged line gets past the reader."""

import re
import shutil
import tomllib

import pytest

from resilience_index import ContentError, open_content
from resilience_index.content.definitions import About, Indicator, Source
from resilience_index.content.frameworks import FrameworkAbout, Node, Placement, Steps


def test_every_shipped_framework_reads(shipped):
    assert "ai_resilience" in shipped.frameworks()
    for name in shipped.frameworks():
        assert shipped.framework(name).indicators


def test_every_table_reads_and_has_a_definition(shipped):
    codes = set(shipped.indicators)
    assert {p.stem for p in (shipped.folder / "data").glob("*.csv")} == codes
    figures = shipped.observations(sorted(codes), 2026)
    assert all(len(found) > 0 for found in figures.values())


def test_the_default_framework_has_four_pillars_of_equal_weight(shipped):
    framework = shipped.framework("ai_resilience")
    pillars = framework.tree.pillars
    assert pillars == ["compute", "models", "adoption", "talent"]
    assert {framework.nodes[p].weight for p in pillars} == {1}
    assert framework.nodes["models"].title == "Model independence"


def test_every_pillar_is_split_so_that_two_measures_of_one_thing_do_not_count_twice(shipped):
    tree = shipped.framework("ai_resilience").tree
    for pillar in tree.pillars:
        assert len(tree.children[pillar]) >= 2
        assert all(child in tree.children for child in tree.children[pillar])


def test_every_source_is_used_and_says_its_licence(shipped):
    used = {s for i in shipped.indicators.values() for s in i.sources}
    assert used == set(shipped.sources)
    for source in shipped.sources.values():
        assert "NC" not in re.split(r"[\s-]", source.licence)
        assert source.url.startswith("https://")


def test_prose_ends_in_a_full_stop_and_titles_do_not(shipped):
    wrong = []
    for code, one in shipped.indicators.items():
        for name in ("definition", "why", "limits", "absent_why"):
            text = getattr(one, name)
            if text and not text.endswith("."):
                wrong.append((code, name))
        if one.title.endswith("."):
            wrong.append((code, "title"))
    assert not wrong


def test_scored_indicators_say_what_they_do_not_show(shipped):
    framework = shipped.framework("ai_resilience")
    assert all(shipped.indicators[c].limits for c in framework.indicators)


def test_every_scored_indicator_has_figures_for_at_least_twenty_countries(index):
    assert (index.observed.notna().sum() >= 20).all()


def test_dropped_territories_are_in_no_table(shipped):
    path = shipped.folder / "dropped.csv"
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    assert rows
    assert not {row.split(",")[0] for row in rows} & set(shipped.units.index)


def test_namibia_is_not_a_missing_value(shipped):
    assert shipped.units.loc["NAM", "iso2"] == "NA"


# --- each required line, deleted, made a list and made a number ---------------------------------

DAMAGES = {"deleted": None, "list": '["a", "b"]', "number": "-987654321"}


def required(model):
    return {name for name, field in model.model_fields.items() if field.is_required()}


def is_required(table: str, key: str, framework: bool) -> bool:
    """Say whether a key of a table must be given; in a framework, each indicator's place must."""
    kind = table.split(".")[0]
    if framework:
        models = {"about": FrameworkAbout, "method": Steps, "nodes": Node, "indicators": Placement}
        if table in ("method.reasons", "indicators"):
            return table == "indicators"
    else:
        models = {"about": About, "sources": Source, "indicators": Indicator}
    return kind in models and key in required(models[kind])


def required_lines(text: str, framework: bool) -> list[tuple[int, str]]:
    """Number each line of a definition file that gives a required key, with that key."""
    found, table = [], ""
    for number, line in enumerate(text.splitlines()):
        if match := re.match(r"\[([a-z0-9_.]+)\]", line):
            table = match[1]
        match = re.match(r"([a-z0-9_]+) *=", line)
        if match and is_required(table, match[1], framework):
            found.append((number, f"{table}.{match[1]}"))
    return found


def definition_files(folder):
    return sorted([*folder.glob("*.toml"), *folder.glob("frameworks/*.toml")])


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_damaged_line_gets_past_the_reader(shipped, tmp_path, damage):
    folder = tmp_path / "content"
    shutil.copytree(shipped.folder, folder, ignore=shutil.ignore_patterns("data"))
    tried, passed = 0, []
    for path in definition_files(folder):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        framework = path.parent.name == "frameworks"
        if framework and "changes" in tomllib.loads(text):
            continue
        for number, key in required_lines(text, framework):
            changed = list(lines)
            name = lines[number].split("=")[0]
            new = DAMAGES[damage]
            changed[number] = "" if new is None else f"{name}= {new}"
            path.write_text("\n".join(changed), encoding="utf-8")
            tried += 1
            try:
                opened = open_content(folder)
                if framework:
                    opened.framework(path.stem)
            except ContentError as error:
                told = str(error)
                assert key.split(".")[-1] in told or key.split(".")[1] in told
            else:
                if not (framework and key.startswith("indicators.") and new is None):
                    passed.append((path.name, key))
        path.write_text(text, encoding="utf-8")
    assert tried > 300
    assert not passed
