"""Why a part of an audit cannot be made, said anew in the language of the page."""

from resilience_index.content.speech import noted
from resilience_index.publish import words
from resilience_index.publish._retold import retold, varied

REASONS = (
    noted("there is nothing to judge"),
    noted("the index has no pillars"),
    noted("the index has no pillars, or a single one"),
    noted("the index has a single indicator"),
    noted("the index has a single child"),
    noted("the index has a single child, so there is nothing to combine"),
    noted("the index is put together by a formula, which knows no weights"),
    noted("no country has a score in every child of the index"),
    noted("nothing would be left of the index"),
    noted("nothing is ranked without it"),
    noted("too few countries have the figures in common"),
    noted("too few countries have both"),
    noted("too few countries to compare"),
    noted("too few countries"),
    noted("too few members"),
    noted("too few figures are known to hide some"),
    noted("no figure has a year"),
    noted("no figure is missing"),
    noted("a gap is not filled by anything that could be wrong by some measure"),
    noted(
        "em: the covariance is singular: {names} follow from one another, or there are too few "
        "countries for so many indicators; leave one out, or set a ridge of a few rows"
    ),
    noted("no family has several members"),
    noted("no family has three members"),
    noted("no income, or too few countries"),
    noted("no country holds an extreme by itself"),
    noted("none of the claims could be tested"),
    noted("the framework makes no claims"),
    noted("the framework names no published figures under [audit] external"),
    noted("the framework names no gdp and income under [audit]"),
    noted("the framework names no income under [audit]"),
    noted("the framework names no population under [audit]"),
    noted("the framework names no internet under [audit]"),
    noted("there are no sub-pillars with several members"),
    noted("a single country is ranked"),
    noted("it has a single member"),
    noted("one member follows from the others, so nothing can be held constant"),
    noted("one member follows from the others, so the test has no value"),
    noted("a correlation is missing; leave out the member that has too few figures"),
    noted("the scale of the index comes from several years"),
    noted("only one edition is built, and no other was put on its scale"),
    noted("each year has a scale of its own, so years cannot be compared"),
    noted("the panel has a single year"),
    noted("the score is the same everywhere in: {codes}"),
    noted("two of its members have only {n} countries in common"),
    noted("no source states the error of its figures, so the intervals leave it out"),
    noted(
        "no source states the error of its figures; the intervals assume {n} standard deviations"
    ),
    noted("no versions of the index were drawn, as was asked for"),
    noted(
        "the index has to be put together anew draw by draw, which takes too long here; the "
        "command and the function sensitivity do it by themselves"
    ),
    noted(
        "{name}: assumptions that vary: none; the variance of ranks can be shared out among two or "
        "more; list them under [assumptions]"
    ),
    noted(
        "{name}: assumptions that vary: {varied}; the variance of ranks can be shared out among "
        "two or more; list them under [assumptions]"
    ),
    noted(
        "{name}: with one of its assumptions {code} of {place} scores {figure}, below 0, which the "
        "power mean of {node} cannot use; raise shift, or state a floor"
    ),
    noted(
        "no other index of the same subject is among the data; figures of other indices on AI may "
        "not be passed on"
    ),
)
"""Every reason that the checks give; a key of the framework file stands in it as it is."""


def reason(why: str) -> str:
    """Say why a part cannot be made; what a step refused says so in its own words.

    Examples
    --------
    >>> reason("the framework names no income under [audit]")
    'the framework names no income under [audit]'
    """
    return retold(why, REASONS, varied=varied) or words.plain(why)
