"""Who moved, and why: a Markdown table of the changes between two editions."""

from pathlib import Path

import pandas as pd

from resilience_index import drafts
from resilience_index.errors import UsageError
from resilience_index.robustness.changes import Changes

HEAD = ("Country", "Rank", "Score", "Method", "Revision", "New data", "Others")
_BEGIN, _END = "<!-- who moved -->", "<!-- end of who moved -->"


def markdown(changes: Changes, *, most: int | None = 20) -> str:
    """Spell the changes as Markdown: a sentence of counts, then those who moved most.

    Parameters
    ----------
    changes
        What `robustness.changes.compare` found.
    most
        Countries in the table, those first that moved by most places; all that moved if None.

    Returns
    -------
    str
        Text for the section of an edition.
    """
    table = changes.table
    both = table[table["moved"].notna().to_numpy()]
    movers = both[(both["moved"] != 0).to_numpy()]
    order = movers["moved"].abs().sort_values(ascending=False, kind="stable").index
    shown = movers.loc[order if most is None else order[:most]]
    lines = [_counts(changes, len(movers), len(both)), ""]
    if len(shown):
        lines += [_row(HEAD), "|---|---|" + "--:|" * (len(HEAD) - 2)]
        lines += [_country(row) for _, row in shown.iterrows()]
        lines += ["", _explained()]
    lines += [f"- {line}" for line in _failed(changes)]
    return "\n".join(lines).rstrip() + "\n"


def _counts(changes: Changes, movers: int, both: int) -> str:
    """Count who moved, came and went."""
    old, new = changes.old.framework.about, changes.new.framework.about
    table = changes.table
    came = table.loc[table["old_score"].isna() & table["new_score"].notna(), "name"]
    went = table.loc[table["new_score"].isna() & table["old_score"].notna(), "name"]
    said = f"From {old.edition} ({old.year}) to {new.edition} ({new.year}): "
    said += f"{movers} of {both} countries changed rank."
    for who, what in ((came, "Newly ranked"), (went, "No longer ranked")):
        if len(who):
            said += f" {what}: {', '.join(_text(str(name)) for name in sorted(who))}."
    return said


def _country(row: pd.Series) -> str:
    """Spell one country's row."""
    ranks = " to ".join(_ranked(row, name) for name in ("old_rank", "new_rank"))
    parts = [_signed(row[name]) for name in ("change", "method", "revision", "new_data", "others")]
    return _row((_text(str(row["name"])), ranks, *parts))


def _ranked(row: pd.Series, name: str) -> str:
    """Spell a rank with its interval."""
    return f"{row[name]:.0f} ({row[f'{name}_05']:.0f}–{row[f'{name}_95']:.0f})"


def _explained() -> str:
    """Say what the columns mean."""
    return (
        "Points of score, in the order in which they are taken: what is measured and how (method), "
        "figures of years that were known before (revision), figures of later years and figures "
        "grown too old (new data), and the movement of the other countries, who left and who "
        "entered among them (others). They sum to the change of the score. In brackets beside a "
        "rank: its range in 90 % of draws of all assumptions of that edition."
    )


def _failed(changes: Changes) -> list[str]:
    """Say which steps could not be told apart."""
    return [
        f"The step {name.replace('_', ' ')} could not be built, and counts under the next: {why}"
        for name, why in changes.failed.items()
    ]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _text(name: str) -> str:
    r"""Spell a name so that Markdown shows it as it is.

    >>> print(_text("A|B <b>"))
    A\|B &lt;b&gt;
    """
    plain = " ".join(name.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|":
        plain = plain.replace(mark, f"\\{mark}")
    return plain


def _signed(value: float) -> str:
    """Spell points with their sign, one decimal.

    >>> _signed(1.25), _signed(-0.04), _signed(float("nan"))
    ('+1.2', '0.0', '–')
    """
    if pd.isna(value):
        return "–"
    text = f"{value:+.1f}".replace("-", "−")
    return text[1:] if text[1:] == "0.0" else text


def insert(text: str, path: Path, edition: str) -> None:
    """Put the table under an edition's heading of a Markdown file; an older one there is replaced.

    Parameters
    ----------
    text
        What `markdown` gave.
    path
        Such as ``indicators/README.md``, with a heading ``### EDITION``.
    edition
        Which edition.

    Raises
    ------
    UsageError
        If the file cannot be read or written, or has no such heading.
    """
    heading = f"### {edition}"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}; name a Markdown file") from None
    if heading not in lines:
        raise UsageError(f"{path}: no heading '{heading}'; add it under Editions")
    start = lines.index(heading) + 1
    end = next((n for n in range(start, len(lines)) if lines[n].startswith("#")), len(lines))
    section = lines[start:end]
    if _BEGIN in section and _END in section:
        del section[section.index(_BEGIN) : section.index(_END) + 1]
    kept = "\n".join(section).strip("\n")
    made = "\n".join(part for part in (kept, "", _BEGIN, text.rstrip("\n"), _END) if part or kept)
    whole = "\n".join([*lines[:start], "", made, *([""] if end < len(lines) else []), *lines[end:]])
    target = path.resolve()
    try:
        drafts.put(target, (whole.rstrip("\n") + "\n").encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; nothing was written") from None
