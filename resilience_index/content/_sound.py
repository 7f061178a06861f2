"""What stands of a faulty file of definitions: its fault is told once, and hides no other."""

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from resilience_index.content.definitions import Indicator, IndicatorFile
from resilience_index.content.reading import form, limits, read_bytes
from resilience_index.errors import ContentError


def sound(parsed: Mapping[str, Any]) -> tuple[IndicatorFile | None, list[str], set[str]]:
    """Return what stands of a file of definitions, its faults, and the codes that do not stand."""
    definitions, wrong = form(IndicatorFile, parsed)
    listed = parsed.get("indicators")
    if definitions is not None or not isinstance(listed, dict):
        return definitions, wrong, set()
    standing = {code: one for code, one in listed.items() if _stands(one)}
    return form(IndicatorFile, {"indicators": standing})[0], wrong, set(listed) - set(standing)


def headed(path: Path, place: Path) -> set[str]:
    """Return the codes of a file that cannot be read, by its heads: they are not unknown too."""
    try:
        text = read_bytes(path, within=place, most=limits().all_definitions).decode(
            errors="replace"
        )
    except ContentError:
        return set()
    heads = re.finditer(r"^[ \t]*\[indicators\.[\"']?([a-z][a-z0-9_]{0,63})\b", text, re.MULTILINE)
    return {head[1] for head in islice(heads, limits().indicators)}


def _stands(definition: Any) -> bool:
    """Say whether an indicator is defined without a fault of form."""
    return isinstance(definition, dict) and form(Indicator, definition)[0] is not None
