"""The command messages: a catalogue for a language, to be filled in."""

from pathlib import Path
from typing import Annotated

import typer

from resilience_index.doors import ContentDir, out


def messages(
    code: Annotated[str, typer.Argument(help="Code of the language, such as nl or pt_BR.")],
    content: ContentDir = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="The file; CODE.po in this folder if not given.")
    ] = None,
) -> None:
    """Write every message of pages and content to a catalogue, with the translations there are.

    Put the file, filled in, into the folder languages/ of the content folder, and build with --lang
    CODE. What is left empty stays English and is listed.

    Example: [bold]resilience-index messages nl --to mine/languages/nl.po[/bold]
    """
    from resilience_index import drafts
    from resilience_index.content import open_content
    from resilience_index.content.languages import catalogues, in_cldr, normal, open_language
    from resilience_index.errors import UsageError
    from resilience_index.publish.messages import catalogue, missing, unused
    from resilience_index.publish.messages import messages as every

    opened = open_content(content)
    code = normal(code)
    if not in_cldr(code):
        raise UsageError(
            f"Unicode's CLDR knows no language '{code}', so pages could have no names of countries "
            "and no numbers in it; give the code of one it knows, such as nl"
        )
    known = catalogues(code, opened.folder)
    language = open_language(code, opened.folder) if known else None
    path = to or Path(f"{code}.po")
    if path.exists() and path.resolve() not in {one.resolve() for one in known}:
        raise UsageError(f"{path}: it exists already; name another file with --to")
    made = catalogue(opened, code, language)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        drafts.put(path, made)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; nothing was changed") from None
    left = len(every(opened)) if language is None else len(missing(opened, language))
    out.print(f"{path}: {len(every(opened)):,} messages, {left:,} of them to be translated")
    for text in [] if language is None else unused(opened, language):
        out.print(f"  said nowhere any more, and left out: {text}")
