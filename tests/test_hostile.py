"""Hostile content: refused with a clear message, or treated as text; in little time and memory.

Each input goes through the real command line, in a process of its own. Time is that of the
processor, so that a busy machine does not fail the test; of an input that is treated as text and
built into an edition, it is what the build takes longer than that of a sound folder.
"""

import sys

import pytest

from tests.hostile import CASES
from tests.hostile.making import BUILD, small

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measured by Linux")

SECONDS, MEGABYTES = 2, 500
TITLE = "hostile inputs"


@pytest.fixture(scope="module")
def usual(warmed, tmp_path_factory) -> float:
    """Seconds that a sound folder takes to be built: most of it goes into pages and fonts."""
    place = tmp_path_factory.mktemp("usual")
    small(place)
    return warmed.run(BUILD, cwd=place).seconds


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_hostile_input_is_refused_or_harmless(
    case, forked, warmed, usual, tmp_path, record_property
):
    arguments = case.make(tmp_path)
    builds = arguments == BUILD and case.told is None
    ended = (warmed if builds else forked).run(arguments, cwd=tmp_path, user=case.user)
    assert "Traceback" not in ended.err, ended.err[-3000:]
    assert "\x1b" not in ended.out + ended.err
    if case.told is None:
        assert ended.code == 0, ended.err
        if case.look is not None:
            case.look(tmp_path, ended.out)
    else:
        assert ended.code == 2, (ended.code, ended.out[-500:], ended.err[-500:])
        assert case.told in ended.err
        assert ended.err.strip()
        assert not (tmp_path / "out" / "data").exists()
        assert not list(tmp_path.glob(".out~*"))
    seconds = max(0.0, ended.seconds - usual) if builds else ended.seconds
    assert seconds < SECONDS
    assert ended.megabytes < MEGABYTES
    how = "treated as text" if case.told is None else "refused"
    row = f"{case.name:<62} {how:<16} {seconds:5.2f} s {ended.megabytes:5.0f} MB"
    record_property(f"table: {TITLE}", row)


def test_there_are_many_hostile_inputs_and_each_has_its_own_name():
    names = [case.name for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
