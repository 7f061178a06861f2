"""The words of results said anew in the language spoken: no number is worked out again.

What is worked out for pages in one language can so be told in another, such as in the record, which
is English whatever the pages are.
"""

from collections.abc import Mapping
from dataclasses import replace

from resilience_index.policy.arms import Arm, arms_of
from resilience_index.policy.comparison import Comparison, notes_on
from resilience_index.policy.lab import Lab
from resilience_index.policy.sensitivity import Sensitivity, input_of
from resilience_index.policy.study import Study


def retold(
    lab: Lab,
    compared: Mapping[str, Comparison],
    decided: Mapping[str, tuple[Sensitivity, ...]],
) -> tuple[dict[str, Comparison], dict[str, tuple[Sensitivity, ...]]]:
    """Say the words of comparisons, and of what decides them, anew.

    Parameters
    ----------
    lab
        Of the same index and policies, with the words that are wanted.
    compared
        Comparisons of the same arms, by country.
    decided
        What decides each of them.

    Returns
    -------
    tuple of dict
        Both with the same numbers.

    Examples
    --------
    >>> from resilience_index import build
    >>> from resilience_index.policy import Asked, compare_many, open_lab
    >>> lab = open_lab(build("ai_resilience"))
    >>> made = compare_many(lab, ["KOR"], "voucher:italy_2018,hosting", Asked(1e9, draws=20))
    >>> retold(lab, made, {})[0] == made
    True
    """
    if not compared:
        return {}, {}
    first = next(iter(compared.values()))
    arms = arms_of([one.arm.label for one in first.arms], lab.policies)
    study = Study(lab, list(compared), arms, first.asked)
    told = {code: _comparison(study, arms, place, made) for place, (code, made)
            in enumerate(compared.items())}  # fmt: skip
    return told, {
        code: tuple(_sensitivity(lab, arms, one) for one in found)
        for code, found in decided.items()
    }


def _comparison(study: Study, arms: tuple[Arm, ...], place: int, made: Comparison) -> Comparison:
    return replace(
        made,
        name=study.lab.name(made.country),
        adoption_known=study.start.adoption_known[place],
        firms_known=study.start.firms_known[place],
        arms=tuple(replace(one, arm=arm) for one, arm in zip(made.arms, arms, strict=True)),
        notes=tuple(notes_on(study, made.country)),
    )


def _sensitivity(lab: Lab, arms: tuple[Arm, ...], made: Sensitivity) -> Sensitivity:
    return replace(made, inputs=tuple(input_of(lab, arms, one.name) for one in made.inputs))
