"""The default index: built by the engine alone, read back by `rank`."""

import tempfile

import resilience_index as ri
from tests.benchmarks.measuring import Row, command, seconds

_ROUNDS = 5


def engine() -> list[Row]:
    """Time `ri.build` in this process, and `rank` as a command of its own."""
    built = seconds(lambda: ri.build("ai_resilience"), _ROUNDS)
    with tempfile.TemporaryDirectory() as desk:
        bare = seconds(lambda: command("rank", "--top", "20", cwd=desk))
        command("build", "--no-pdf", "--no-policy", "--countries", "KOR", cwd=desk)
        command("rank", "--top", "20", cwd=desk)
        read = seconds(lambda: command("rank", "--top", "20", cwd=desk), _ROUNDS)
    return [
        Row("engine_build_s", f"ri.build, the engine alone, best of {_ROUNDS}", built, "s", 0.5),
        Row("rank_s", f"rank after the first start, best of {_ROUNDS}", read, "s", 1.5),
        Row("rank_without_edition_s", "rank where no edition stands: it builds", bare, "s"),
    ]
