"""Foreign files come in: COINr's pair, the wide sheet, workbooks; what is wrong is told at once."""

import csv
import tomllib
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

import resilience_index as ri
from resilience_index.cli import app
from resilience_index.content import foreign
from resilience_index.content.reading import allowing

ASEM = Path(__file__).parent / "data" / "asem"
PAIR = [ASEM / "ASEM_iData.csv", ASEM / "ASEM_iMeta.csv"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


META = [row for row in rows(PAIR[1]) if row["Type"] in ("Indicator", "Aggregate")]


@pytest.fixture(scope="module")
def asem(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("asem")
    foreign.write(PAIR, place, name="asem")
    return place


@pytest.fixture
def wide(tmp_path):
    """Give a maker of folders from the text of one wide sheet."""

    def make(text: str, *, year: int | None = None, suffix: str = ".csv") -> Path:
        sheet, place = tmp_path / f"sheet{suffix}", tmp_path / "made"
        sheet.write_text(text, encoding="utf-8")
        place.mkdir()
        foreign.write([sheet], place, name="mine", year=year)
        return place

    return make


def test_the_tree_of_the_pair_is_carried_over_with_every_parent_and_weight(asem):
    framework = ri.open_content(asem).framework("asem")
    tree = framework.tree
    for row in META:
        code = row["iCode"].lower()
        known = framework.nodes if row["Type"] == "Aggregate" else framework.indicators
        assert tree.parent.get(code, "") == row["Parent"].lower()
        assert known[code].weight == float(row["Weight"])
        assert tree.depth[code] == 4 - int(row["Level"])
    assert (len(framework.indicators), len(framework.nodes)) == (49, 11)


def test_every_figure_of_the_pair_is_carried_over(asem):
    content = ri.open_content(asem)
    index = ri.build("asem", content=content)
    for row in rows(PAIR[0]):
        for meta in META:
            if meta["Type"] == "Indicator" and row[meta["iCode"]]:
                ours = index.observed.loc[row["uCode"], meta["iCode"].lower()]
                assert ours == float(row[meta["iCode"]])


def test_names_groups_units_directions_and_denominators_are_carried_over(asem):
    content = ri.open_content(asem)
    assert content.units.loc["KOR", ["name", "eurasia_group"]].tolist() == ["Korea", "Asia"]
    flights = content.indicators["flights"]
    assert (flights.denominator, flights.unit) == ("population", "Thousand seats")
    assert flights.definition.startswith("International flights passenger capacity: column Flights")
    assert content.indicators["co2"].direction == "lower_is_better"
    assert content.indicators["population"].direction == "none"


def test_a_node_of_the_pair_has_the_score_that_arithmetic_gives(asem):
    figures = {row["uCode"]: row for row in rows(PAIR[0])}
    below = {"LPI": None, "Flights": "Population", "Ship": None, "Bord": "Area"}
    below |= {"Elec": "Energy", "Gas": "Energy", "ConSpeed": None, "Cov4G": None}
    points = []
    for code, under in below.items():
        values = {
            unit: float(row[code]) / (float(row[under]) if under else 1)
            for unit, row in figures.items()
            if row[code] and (not under or row[under])
        }
        low, high = min(values.values()), max(values.values())
        points.append((values["AUT"] - low) / (high - low) * 100)
    score = ri.build("asem", content=asem).scores.loc["AUT", "physical"]
    assert score == pytest.approx(sum(points) / len(points), rel=1e-12)


def test_what_the_pair_does_not_say_is_marked_and_listed(asem):
    source = ri.open_content(asem).sources["imported"]
    assert (source.producer, source.licence_status) == ("not stated", "unclear")
    account = (asem / "IMPORT.md").read_text(encoding="utf-8")
    assert "- Target of 49 indicators: stands in words under limits" in account
    assert "iMeta says nothing of methods" in account
    assert "sources.toml: who made the figures" in account


def test_a_workbook_of_both_tables_gives_the_same_folder_but_for_its_name(asem, tmp_path):
    book = Workbook()
    for path, title in zip(PAIR, ("iData", "iMeta"), strict=True):
        sheet = book.create_sheet(title)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                sheet.append([_typed(cell) for cell in row])
    book.active.append(["A title page"])
    workbook, place = tmp_path / "asem.xlsx", tmp_path / "made"
    book.save(workbook)
    place.mkdir()
    assert "sheet Sheet: no table" in foreign.write([workbook], place, name="asem")
    assert (place / "countries.csv").read_bytes() == (asem / "countries.csv").read_bytes()
    for one, other in zip(*(rows(f / "data" / "imported.csv") for f in (place, asem)), strict=True):
        assert one.pop("iso3") == other.pop("iso3")  # Excel keeps 15 or 16 digits of a number
        assert [float(x or 0) for x in one.values()] == pytest.approx(
            [float(x or 0) for x in other.values()], rel=1e-14
        )
    ours, theirs = (
        tomllib.loads((folder / "frameworks" / "asem.toml").read_text(encoding="utf-8"))
        for folder in (place, asem)
    )
    assert ours == theirs


def _typed(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell or None


SHEET = """My figures,,,
country,region,Income ($),Life-expectancy
Korea,Asia,"1,200",80.5
Norway,Europe,2400,NA
"Congo, Rep.",Africa,600,60
"""


def test_a_wide_sheet_becomes_an_index_of_equal_weights(wide):
    folder = wide(SHEET, year=2024)
    index = ri.build("mine", content=folder)
    assert index.content.units.to_dict("index")["congo_rep"] == {
        "name": "Congo, Rep.",
        "region": "Africa",
    }
    assert index.observed.loc["Korea"].to_dict() == {"income": 1200, "life_expectancy": 80.5}
    assert index.scores["index"].to_dict() == {
        "Korea": ((1200 - 600) / (2400 - 600) * 100 + 100) / 2,
        "Norway": 100,
        "congo_rep": 0,
    }
    assert "direction: the sheet does not say it" in (folder / "IMPORT.md").read_text("utf-8")


def test_a_wide_sheet_with_years_becomes_a_panel(wide):
    folder = wide(
        "iso3,name,year,power\nKOR,Korea,2020,1\nKOR,Korea,2022,3\nNOR,Norway,2020,2\nNOR,Norway,2022,2\n"
    )
    index = ri.build("mine", content=folder)
    assert index.framework.years == [2020, 2022]
    assert index.observed.loc[("KOR", 2022), "power"] == 3
    assert index.content.units.index.name == "iso3"


def test_years_of_a_panel_are_on_one_scale(wide):
    folder = wide("iso3,year,power\nKOR,2020,1\nKOR,2022,3\nNOR,2020,2\n")
    index = ri.build("mine", content=folder)
    assert index.scores["index"].dropna().to_dict() == {
        ("KOR", 2020): 0,
        ("KOR", 2022): 100,
        ("NOR", 2020): 50,
    }
    assert "all of them on one scale" in (folder / "IMPORT.md").read_text("utf-8")


def test_a_column_of_codes_need_not_come_first(wide):
    folder = wide("Country,Code,power,bloc\nNamibia,NA,1,x\nNorway,NO,3,y\n", year=2024)
    units = ri.open_content(folder).units
    assert units["name"].to_dict() == {"NA": "Namibia", "NO": "Norway"}
    assert "became attributes of countries: bloc" in (folder / "IMPORT.md").read_text("utf-8")


def test_columns_that_are_years_are_refused(wide):
    with pytest.raises(ri.ContentError, match="the columns 2019, 2020, 2021 … are years; write a"):
        wide("Country,2019,2020,2021\nKOR,1,2,3\nNOR,2,3,4\n", year=2021)


def test_an_indicator_with_one_value_is_kept_out_of_the_tree_so_that_the_result_builds(wide):
    folder = wide("iso3,power,flat\nKOR,1,7\nNOR,3,7\n", year=2024)
    assert ri.build("mine", content=folder).scores["index"].tolist() == [0, 100]
    assert "flat" in ri.open_content(folder).indicators
    account = (folder / "IMPORT.md").read_text("utf-8")
    assert "column flat: one value everywhere, so that it hangs nowhere in the tree" in account


def test_a_sheet_with_semicolons_has_decimal_commas(wide):
    index = ri.build("mine", content=wide("code;power\nA;1,5\nB;1.000,25\n", year=2024))
    assert index.observed["power"].to_dict() == {"A": 1.5, "B": 1000.25}


def test_a_sheet_with_semicolons_may_have_decimal_points(wide):
    index = ri.build("mine", content=wide("code;power\nA;1.5\nB;3.25\nC;10.75\n", year=2024))
    assert index.observed["power"].to_dict() == {"A": 1.5, "B": 3.25, "C": 10.75}


def test_names_in_other_scripts_get_codes_of_their_own(wide):
    index = ri.build("mine", content=wide("country,power\n日本,1\n한국,2\nÉire,3\n", year=2024))
    assert len(set(index.observed.index)) == 3
    assert set(index.content.units["name"]) == {"日本", "한국", "Éire"}


def test_what_is_cut_or_left_out_of_a_sheet_is_listed(wide):
    folder = wide(
        "code,power,share,mood,\nA,1,45%,3,x\nB,2,0.3,good,\nC,3,10%,bad,\nSource: me,,,,\n",
        year=2024,
    )
    told = (folder / "IMPORT.md").read_text("utf-8")
    assert "line 5, 'Source: me': no figure" in told
    assert "line 2: cells under no title are left out" in told
    assert "column share: 2 cells with % and 1 without" in told
    assert "column mood: 1 of 3 cells are numbers" in told
    assert "Source" not in (folder / "countries.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "year", "message"),
    [
        ("code,power\nA,1\n,2\n", 2024, "line 3: no code"),
        ("code;power\nA;1.234\nB;2\n", 2024, "may be a thousand or a decimal fraction"),
        ("code;power\nA;1,5\nB;2.5\n", 2024, "write all figures in one way"),
        ("code,power\nA,1\nB,2\n", None, "say the year of the figures with --year"),
        (
            "code,power\nA,1\nB,2\nC,x\n",
            2024,
            "line 4: power is 'x'; a number is needed, or nothing",
        ),
        ("code,power\nA,1\nA,2\n", 2024, "line 3: A 2024 stands twice"),
        ("code,power\nA,1\nA,2\n", None, "line 3: A stands twice"),
        ("code,power,power\nA,1,2\n", 2024, "column 'power' stands twice"),
        ("code,region\nA,x\nB,y\n", 2024, "no column of figures"),
        ("code,year,power\nA,soon,1\nB,2020,1\n", None, "year is 'soon'; a year is needed"),
        ("iCode,Parent\nA,\nB,A\n", 2024, "iData (a column uCode) is missing"),
        ("uCode,power\nA,1\nB,2\n", 2024, "iMeta (columns iCode and Parent) is missing"),
    ],
)
def test_a_faulty_sheet_is_refused_by_its_place(wide, text, year, message):
    with pytest.raises(ri.ContentError) as caught:
        wide(text, year=year)
    assert message in str(caught.value)


META_HEAD = "iCode,Parent,Type,Direction,Weight,Denominator\n"
TREE = META_HEAD + "x,ix,Indicator,1,1,\nix,,Aggregate,1,1,\n"


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        (TREE.replace("x,ix,", "x,iy,"), "Parent names iy, for which iMeta has no row"),
        (TREE.replace("Indicator,1", "Indicator,2"), "Direction is '2'; 1 or -1 is needed"),
        (TREE.replace("Indicator,1,1", "Indicator,1,w"), "Weight is 'w'; a number is needed"),
        (TREE + "y,ix,Indicator,1,1,\n", "iData has no column y; add it or take the row away"),
        (TREE + "x,ix,Indicator,1,1,\n", "iMeta: x stands twice"),
        (TREE + "iz,,Aggregate,1,1,\n", "iMeta: ix, iz without Parent; exactly one"),
        (TREE.replace("1,1,\nix", "1,1,people\nix"), "Denominator names people"),
    ],
)
def test_a_faulty_imeta_is_refused_by_its_line(tmp_path, meta, message):
    (tmp_path / "d.csv").write_text("uCode,Time,x\nA,2020,1\nB,2020,2\n", encoding="utf-8")
    (tmp_path / "m.csv").write_text(meta, encoding="utf-8")
    with pytest.raises(ri.ContentError) as caught:
        foreign.write([tmp_path / "d.csv", tmp_path / "m.csv"], tmp_path, name="mine")
    assert message in str(caught.value)


def test_what_has_no_place_is_listed_and_not_dropped_in_silence(tmp_path):
    meta = TREE + "y,ix,Indicator,1,0,\nz,,Other,,,\n"
    (tmp_path / "m.csv").write_text(meta.replace("Denominator", "Colour"), encoding="utf-8")
    data = "uCode,Time,x,y,z,spare\nA,2020,1,1,1,1\nB,2020,2,2,2,2\n"
    (tmp_path / "d.csv").write_text(data, encoding="utf-8")
    (tmp_path / "made").mkdir()
    lost = foreign.write([tmp_path / "d.csv", tmp_path / "m.csv"], tmp_path / "made", name="mine")
    assert lost == [
        "iMeta, line 4, y: weight 0, so it hangs nowhere in the tree",
        "iMeta, line 5, z: of type Other, for which there is no place",
        "iData, column spare: iMeta has no row for it",
        "iMeta, column Colour: there is no place for it",
    ]


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "parts", "message"),
    [
        ("a.xlsx", {"xl/vbaProject.bin": b"x"}, "the workbook carries macros"),
        ("a.xlsx", {"xl/workbook.xml": b"<"}, "not a readable workbook"),
        ("a.xlsx", {"xl/workbook.xml": b"x"}, "not in UTF-8 inside"),
        ("a.ods", {"content.xml": b"<"}, "a file of kind '.ods'; .csv and .xlsx are read"),
    ],
)
def test_a_file_that_is_no_plain_workbook_is_refused(tmp_path, name, parts, message):
    with pytest.raises(ri.ContentError, match="1 problem") as caught:
        foreign.write([packed(tmp_path / name, parts)], tmp_path, name="mine")
    assert message in str(caught.value)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(tmp_path):
    path = packed(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": b"0" * 1_000_000})
    assert path.stat().st_size < 10_000
    with allowing(unpacked=10_000), pytest.raises(ri.ContentError, match="unpacks to 1,000,000"):
        foreign.write([path], tmp_path, name="mine")


def test_a_workbook_that_is_none_or_not_there_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_text("code,power\nA,1\n", encoding="utf-8")
    for name, message in (("a.xlsx", "not a workbook"), ("b.xlsx", "no such file")):
        with pytest.raises(ri.ContentError, match=message):
            foreign.write([tmp_path / name], tmp_path, name="mine")


def test_the_command_imports_checks_and_says_how_to_go_on(tmp_path):
    to = tmp_path / "My index"
    result = CliRunner().invoke(app, ["import", *map(str, PAIR), "--to", str(to)])
    assert result.exit_code == 0, result.output
    assert "53 indicators, 51 countries" in result.stdout
    assert "not carried over: Target of 49 indicators" in result.stdout
    assert ri.build("my_index", content=to).ranks.shape == (51, 11)


@pytest.mark.parametrize("text", ["code,power\nA,1\nB,x\n", "code,power\nA B,1\nA.B,2\n"])
def test_a_failed_import_writes_nothing(tmp_path, text):
    sheet, to = tmp_path / "sheet.csv", tmp_path / "made"
    sheet.write_text(text, encoding="utf-8")
    command = ["import", str(sheet), "--to", str(to), "--year", "2024"]
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, ri.ContentError)
    assert list(tmp_path.iterdir()) == [sheet]


def test_a_folder_that_stands_is_not_overwritten(tmp_path):
    result = CliRunner().invoke(app, ["import", str(PAIR[0]), "--to", str(tmp_path)])
    assert isinstance(result.exception, ri.UsageError)
    assert "it exists already" in str(result.exception)


def test_rows_whose_years_cannot_be_read_are_not_said_to_stand_twice(wide):
    with pytest.raises(ri.ContentError) as caught:
        wide("code,year,power\nA,soon,1\nA,later,2\n", year=None)
    said = str(caught.value)
    assert "'soon'" in said
    assert "'later'" in said
    assert "twice" not in said
