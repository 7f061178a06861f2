"""The architecture: a module imports only from layers above it in this list."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "resilience_index"

LAYERS = [
    ["errors", "places", "locks", "drafts"],
    ["steps"],
    ["content"],
    ["refresh"],
    ["observing"],
    ["panels"],
    ["scoring"],
    ["preparing"],
    ["tidy"],
    ["index"],
    ["robustness"],
    ["policy"],
    ["publish", "export"],
    ["doors"],
    [
        "cli",
        "cli_check",
        "cli_rank",
        "cli_audit",
        "cli_export",
        "cli_languages",
        "cli_policy",
        "cli_robustness",
        "cli_site",
        "cli_trust",
        "cli_update",
        "cli_what_if",
        "__init__",
        "__main__",
    ],
]
BASES = {"steps": {"methods", "formula", "rounding"}}
"""Modules that the methods may import, with those whose name starts with _.

A method of one step knows nothing of another step. In the other folders modules build on each other
(a draw needs its design, a page its charts): there it is enough that no two import each other, in
one step or in many, which `test_there_is_no_loop_between_modules` holds.
"""


def layer(module: str) -> int:
    """Return the place of a module, such as steps.treat, in the list."""
    top = module.split(".")[0]
    for place, names in enumerate(LAYERS):
        if top in names:
            return place
    raise AssertionError(f"{module} has no layer: give it a place in LAYERS")


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts)] = path
    return found


def imports(path: Path, known: set[str]) -> set[str]:
    """Modules of the package that a file imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("resilience_index"):
            base = (node.module or "").removeprefix("resilience_index").strip(".")
            for alias in node.names:
                deeper = f"{base}.{alias.name}".strip(".")
                inside = deeper if deeper in known else base
                package = f"{inside}.__init__".strip(".")
                found.add(package if package in known else inside)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("resilience_index."):
                    found.add(alias.name.removeprefix("resilience_index."))
    return found


def test_every_module_has_a_layer():
    for module in modules():
        layer(module)


def test_a_module_imports_only_from_layers_above_it():
    known = modules()
    wrong = [
        (module, other)
        for module, path in known.items()
        for other in imports(path, set(known))
        if layer(other) > layer(module)
    ]
    assert not wrong


def test_a_method_imports_no_other_step_but_for_the_bases():
    known = modules()
    wrong = []
    for module, path in known.items():
        folder, _, name = module.partition(".")
        if folder not in BASES or name == "__init__":
            continue
        for other in imports(path, set(known)):
            inside, _, its_name = other.partition(".")
            base = its_name in BASES[folder] or its_name.startswith("_")
            if inside == folder and its_name and not base:
                wrong.append((module, other))
    assert not wrong


def test_a_wrong_import_is_found(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("from resilience_index.publish import tables\n", encoding="utf-8")
    (found,) = imports(bad, set(modules()))
    assert layer(found) > layer("steps.treat")


def test_there_is_no_loop_between_modules():
    known = modules()
    graph = {m: imports(p, set(known)) - {m} for m, p in known.items()}
    done: set[str] = set()
    while True:
        free = {m for m, below in graph.items() if m not in done and below <= done}
        if not free:
            break
        done |= free
    assert not set(graph) - done
