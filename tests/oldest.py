"""Print the oldest releases that pyproject.toml allows, as constraints for pip.

    python -m tests.oldest > oldest.txt        (see `make oldest`)

Those are the releases behind the lower bounds of what the package itself needs; tools of the tests
stay new. A bound that the tests do not pass with is raised, with the reason beside it.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
_BOUND = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?>=([0-9][0-9a-z.]*)")


def needed(project: dict) -> list[str]:
    """What the package needs to run, with its optional outputs."""
    return [*project["dependencies"], *project["optional-dependencies"]["data"]]


def oldest(requirements: Iterable[str]) -> list[str]:
    """Turn lower bounds into exact releases; a requirement of another form is refused."""
    made = []
    for text in requirements:
        found = _BOUND.fullmatch(text)
        if found is None:
            raise SystemExit(
                f"{text}: give it a lower bound, such as numpy>=1.26, and nothing else"
            )
        made.append(f"{found[1]}=={found[2]}")
    return made


def main() -> None:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    sys.stdout.write("\n".join(oldest(needed(project))) + "\n")


if __name__ == "__main__":
    main()
