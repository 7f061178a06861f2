"""Corrections: listed in form, on a page of their own, and the edition's number moves with each."""

import pytest
from typer.testing import CliRunner

from resilience_index import build, open_content
from resilience_index.cli import app
from resilience_index.content import errata
from resilience_index.errors import ContentError
from resilience_index.publish import errata_page

FIGURES = {"a": {"AAA": 1, "BBB": 2, "CCC": 4}, "b": {"AAA": 5, "BBB": 3, "CCC": 1}}
ENTRY = """### 2025.1, 3 March 2026

- **What was wrong**: `data/a.csv`, Aland 2025, stood as 10;
  the producer's figure is <b>1</b>.
- **Since**: edition 2025.
- **How it came to light**: the statistical office of Aland, issue 123.
- **Whose rank changed**: Aland 1 to 3.
- **Reply of the country**: "asked, no reply".
- **What will keep it from happening again**: a range is now checked.
"""
TEXT = (
    f"# Errata\n\n## List\n\n{ENTRY}\n## How to dispute a figure\n\nOpen an *issue*.\n\nSecond.\n"
)


@pytest.fixture
def corrected(small):
    def make(text: str = TEXT, edition: str = "2025.1"):
        folder = small(FIGURES)
        (folder / errata.NAME).write_text(text, encoding="utf-8")
        path = folder / "frameworks" / "small.toml"
        old = path.read_text(encoding="utf-8")
        path.write_text(old.replace('edition = "2025"', f'edition = "{edition}"'), encoding="utf-8")
        return folder

    return make


def test_an_entry_is_read_point_by_point_the_reply_of_the_country_too(corrected):
    read = errata.read(corrected())
    (one,) = read.corrections
    assert (one.edition, one.date) == ("2025.1", "3 March 2026")
    assert tuple(one.told) == errata.POINTS
    assert one.told["What was wrong"].endswith("as 10; the producer's figure is <b>1</b>.")
    assert one.told["Reply of the country"] == '"asked, no reply".'
    assert read.dispute == ("Open an issue.", "Second.")


@pytest.mark.parametrize("point", errata.POINTS)
def test_an_entry_without_one_of_its_points_is_refused(corrected, point):
    lines = [line for line in TEXT.splitlines(keepends=True) if f"**{point}**" not in line]
    with pytest.raises(ContentError, match=f"no point '{point}'"):
        errata.read(corrected("".join(lines)))


def test_a_heading_without_a_third_part_and_an_unknown_point_are_refused_at_once(corrected):
    text = TEXT.replace("### 2025.1, 3", "### 2025, 3").replace("## How", f"{ENTRY}\n## How", 1)
    text = text.replace("**Since**: edition 2025.\n- **How", "**Sinse**: 2025.\n- **How")
    with pytest.raises(ContentError) as error:
        errata.read(corrected(text))
    assert "a heading such as" in str(error.value)
    assert "'Sinse' (did you mean 'Since'?)" in str(error.value)


@pytest.mark.parametrize(
    ("edition", "told"),
    [
        ("2025", "edition 2025, but ERRATA.md lists 2025.1; raise about.edition to it"),
        ("2025.2", "edition 2025.2 is in no entry of ERRATA.md"),
        ("2025.1", ""),
        ("2026", ""),
    ],
)
def test_the_number_of_the_edition_moves_with_each_correction(corrected, edition, told):
    folder = corrected(edition=edition)
    result = CliRunner().invoke(app, ["check", "--content", str(folder)])
    if told:
        assert told in str(result.exception)
    else:
        assert result.exit_code == 0, result.exception


def test_the_page_tells_every_point_and_the_first_page_says_that_it_corrects(corrected):
    index = build("small", content=corrected())
    view = errata_page.errata_view(index)
    assert (
        view.lead
        == "One correction so far, the newest first. Nothing is taken away from this list."
    )
    (entry,) = view.entries
    assert [name for name, _ in entry.points] == list(errata.POINTS)
    text = errata_page.render(view)
    assert "&lt;b&gt;1&lt;/b&gt;" in text
    assert 'id="e-2025-1"' in text
    assert "Open an issue." in text
    assert errata_page.corrects(index) == "Edition 2025.1 corrects figures of an earlier one."


def test_a_folder_without_the_file_has_no_corrections(small):
    index = build("small", content=small(FIGURES))
    assert errata_page.errata_view(index).entries == ()
    assert errata_page.corrects(index) == ""


def test_the_shipped_list_is_in_form_and_fits_the_editions(shipped):
    editions = {name: shipped.framework(name).about.edition for name in shipped.frameworks()}
    assert errata.faults(shipped.folder, editions) == []
    assert errata.read(open_content().folder).dispute
