"""The files of a content folder, written from what was found in foreign files."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from resilience_index.content._foreign_plan import Branch, Leaf, Plan, snake, unit_code

TABLE = "imported.csv"
NOT_STATED = "not stated"
Figures = Mapping[tuple[str, int], Sequence[str]]


def texts(
    plan: Plan, figures: Figures, years: Sequence[int], name: str, where: str
) -> dict[str, str]:
    """Return the text of each file of the new folder, by its path there."""
    code = _unit_head(plan)
    made = {
        "countries.csv": _countries(plan, code),
        "sources.toml": _sources(where),
        f"{name}.toml": _indicators(plan, where),
        f"data/{TABLE}": _table(plan, figures, code),
        f"frameworks/{name}.toml": _framework(plan, years, where),
    }
    made["IMPORT.md"] = _account(plan, made, where)
    return made


def _unit_head(plan: Plan) -> str:
    """Name the column of codes: iso3 where all have the form of ISO codes."""
    codes = plan.data.column(plan.code_column)
    return "iso3" if all(c.isalpha() and c.isupper() and len(c) == 3 for c in codes) else "code"


def _countries(plan: Plan, code: str) -> str:
    """Write the units with their attributes, each unit once: the last year's attributes count."""
    named = plan.name_column or plan.code_column
    columns = {snake(c, (code, "name", "year")): c for c in plan.attributes}
    rows = {}
    for row in plan.data.rows:
        cells = dict(zip(plan.data.head, row, strict=True))
        unit = unit_code(cells[plan.code_column])
        rows[unit] = [unit, cells[named] or unit, *(cells[c] for c in columns.values())]
    return _csv([[code, "name", *columns], *(rows[unit] for unit in sorted(rows))])


def _table(plan: Plan, figures: Figures, code: str) -> str:
    """Write the figures: a row a unit and year, a column an indicator."""
    head = [code, "year", *(leaf.code for leaf in plan.leaves)]
    return _csv([head, *([unit, at, *figures[unit, at]] for unit, at in sorted(figures))])


def _sources(where: str) -> str:
    """Write the one source there is: the files themselves."""
    return (
        "# The files do not say where their figures come from. Replace this record by one for\n"
        "# each source, named by the indicators that use it, before anything is published.\n\n"
        + _section(
            "sources.imported",
            {
                "producer": NOT_STATED,
                "title": f"As imported from {where}",
                "citation": f"As imported from {where}; the files name no source.",
                "url": "https://example.invalid/state-the-source",
                "licence": NOT_STATED,
                "licence_status": "unclear",
                "licence_note": "The files do not say on what terms the figures may be passed on; "
                "state it.",
            },
        )
    )


def _indicators(plan: Plan, where: str) -> str:
    """Write the definitions of all columns of figures."""
    units = {leaf.code: leaf.unit or NOT_STATED for leaf in plan.leaves}
    parts = [f"# Columns of {where}. What a file does not say is marked as not stated.\n"]
    for leaf in plan.leaves:
        known: dict[str, object] = {
            "title": _short(leaf.name, 60),
            "definition": f"{leaf.name}: column {leaf.column} of {plan.data.name}.",
            "unit": units[leaf.code],
            "direction": leaf.direction,
            "source": "imported",
            "table": TABLE,
            "column": leaf.code,
            "max_age": 0,
            "why": "Not stated in the imported files.",
        }
        if leaf.target is not None:
            known["limits"] = f"iMeta gives the target {leaf.target:.10g}, which nothing here uses."
        if leaf.denominator is not None:
            known["denominator"] = leaf.denominator
            known["unit_scored"] = f"{units[leaf.code]} per {units[leaf.denominator]}"
        parts.append(_section(f"indicators.{leaf.code}", known))
    return "\n".join(parts)


def _framework(plan: Plan, years: Sequence[int], where: str) -> str:
    """Write the tree, with the plainest of methods."""
    root = next(node for node in plan.nodes if node.parent is None)
    about = {"title": _short(root.name, 120), "edition": str(years[-1]), "year": years[-1]}
    parts = [f"# The tree of {where}. Methods are the plainest there are: see IMPORT.md.\n"]
    parts.append(_section("about", about))
    if len(years) > 1:
        parts.append(_section("panel", {"years": list(years)}))
    parts.append(
        "[method]\n"
        'normalise = { name = "minmax", low = 0, high = 100 }\n'
        'aggregate = { name = "arithmetic" }\n'
        'missing = "share"\n' + ('over = "all"\n' if len(years) > 1 else "")
    )
    parts += [_node(node) for node in plan.nodes]
    parts += [_placement(leaf) for leaf in plan.leaves if leaf.parent is not None]
    return "\n".join(parts)


def _node(node: Branch) -> str:
    known: dict[str, object] = {"title": _short(node.name, 60)}
    if node.parent is not None:
        known |= {"parent": node.parent, "weight": node.weight}
    return _section(f"nodes.{node.code}", known)


def _placement(leaf: Leaf) -> str:
    return _section(f"indicators.{leaf.code}", {"parent": leaf.parent, "weight": leaf.weight})


def _account(plan: Plan, made: Iterable[str], where: str) -> str:
    """Write what was made, what was lost, and what is left to say."""

    def listed(lines: Iterable[str]) -> str:
        return "".join(f"- {line}\n" for line in lines) or "- nothing\n"

    return (
        f"# Imported from {where}\n\nMade:\n\n{listed(made)}"
        f"\nNot carried over:\n\n{listed(plan.lost)}"
        f"\nChosen, because the files do not say it:\n\n{listed(plan.chosen)}"
        "\nTo be stated before anything is published:\n\n"
        + listed(
            [
                "sources.toml: who made the figures, where they are, on what terms",
                "why each indicator is there, and its limits",
                "units that are not stated, and directions that were assumed",
            ]
        )
    )


def _section(head: str, known: Mapping[str, object]) -> str:
    """Spell a TOML table; JSON's strings, numbers and lists are TOML's too."""
    lines = [f"{key} = {_value(value)}" for key, value in known.items()]
    return "\n".join([f"[{head}]", *lines]) + "\n"


def _value(value: object) -> str:
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _short(text: str, most: int) -> str:
    """Cut a text at a word, with an ellipsis; the definition holds the whole of it.

    >>> _short("Proportion of youth", 12)
    'Proportion…'
    """
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
