"""What methods and their settings are called on pages: their names in files, word by word.

Names that a content folder brings along, such as those of its indicators, stay as they are.
"""

from resilience_index.content.speech import noted, say
from resilience_index.publish import words

_KNOWN = (
    noted("absolute"), noted("ahp"), noted("ampi"), noted("arithmetic"), noted("asinh"),
    noted("availability"), noted("average"), noted("benefit of the doubt"), noted("borda"),
    noted("box cox"), noted("budget allocation"), noted("categorical"), noted("clip"),
    noted("constant"), noted("copeland"), noted("correlation"), noted("critic"), noted("dense"),
    noted("distance to max"), noted("distance to reference"), noted("distance to target"),
    noted("em"), noted("entropy"), noted("equal"), noted("formula"), noted("fraction of max"),
    noted("geometric"), noted("given"), noted("goalposts"), noted("group mean"),
    noted("group median"), noted("harmonic"), noted("iqr fence"), noted("knn"), noted("ln shift"),
    noted("log"), noted("log10"), noted("log1p"), noted("logit"), noted("max"), noted("maximum"),
    noted("mean"), noted("mean min"), noted("median"), noted("mice"), noted("min"),
    noted("minimum"), noted("minmax"), noted("mpi"), noted("none"), noted("over years"),
    noted("owa"), noted("pca"), noted("percentile rank"), noted("power"), noted("product"),
    noted("rank"), noted("reciprocal"), noted("regression"), noted("scaled"),
    noted("skewness kurtosis"), noted("sqrt"), noted("square"), noted("sum"),
    noted("target importance"), noted("two sided distance"),
    noted("weighted product of differences"), noted("winsorise percentile"),
    noted("winsorise points"), noted("yeo johnson"), noted("zscore"),
)  # fmt: skip
"""Methods of all steps."""

_SETTINGS = (
    noted("after"), noted("alpha"), noted("at cut"), noted("at least"), noted("before"),
    noted("beta"), noted("by"), noted("cap"), noted("constant"), noted("count"), noted("cycles"),
    noted("donors"), noted("draws"), noted("exponent"), noted("expression"), noted("factor"),
    noted("factors"), noted("floor"), noted("form"), noted("high"), noted("kurtosis"),
    noted("least"), noted("least share"), noted("limit"), noted("low"), noted("lower"),
    noted("make positive"), noted("max cycles"), noted("max ratio"), noted("max steps"),
    noted("max zero share"), noted("mean"), noted("measure"), noted("method"),
    noted("min count node"), noted("min eigenvalue"), noted("min share"), noted("min share node"),
    noted("most"), noted("most share"), noted("negative max"), noted("neighbours"), noted("order"),
    noted("penalty"), noted("places"), noted("points"), noted("power"), noted("reach"),
    noted("reference"), noted("ridge"), noted("rotate"), noted("rounding"), noted("scale"),
    noted("share"), noted("shift"), noted("side"), noted("skewness"), noted("take"),
    noted("target"), noted("then"), noted("ties"), noted("tolerance"), noted("undo"),
    noted("upper"), noted("use"), noted("value"), noted("whole"),
)  # fmt: skip
"""Settings that are numbers or words."""

_VALUES = (
    noted("above"), noted("all"), noted("below"), noted("carry_forward"), noted("cells"),
    noted("correlation_ratio"), noted("divide"), noted("each"), noted("gii"), noted("half_away"),
    noted("half_even"), noted("highest"), noted("linear"), noted("ln_shift"), noted("majority"),
    noted("minus"), noted("nothing"), noted("pearson"), noted("plain"), noted("plus"),
    noted("refuse"), noted("shares"), noted("shift_one"), noted("values"), noted("varimax"),
    noted("wider"),
)  # fmt: skip
"""What settings that are words may be; other words are names of methods."""

NAMES = frozenset((*_KNOWN, *_SETTINGS, *_VALUES))
"""All of these names."""

_HOW = {
    "winsorised": noted("winsorised"),
    "winsorised, then logarithm": noted("winsorised, then logarithm"),
    "logarithm": noted("logarithm"),
    "left alone: fewer than 3 values": noted("left alone: fewer than 3 values"),
    "left alone: all values are equal": noted("left alone: all values are equal"),
    "left alone: too few distinct values": noted("left alone: too few distinct values"),
    "left alone: its quartiles are equal": noted("left alone: its quartiles are equal"),
}  # fmt: skip


def treated(how: str) -> str:
    """Say what became of an indicator that was treated, as the step has noted it.

    Examples
    --------
    >>> treated("winsorised, then logarithm")
    'winsorised, then logarithm'
    """
    return words.plain(say(_HOW.get(how, how.replace("_", " "))))


def named(name: str) -> str:
    """Say the name of a method or of a setting.

    Examples
    --------
    >>> named("percentile_rank")
    'percentile rank'
    """
    spaced = name.replace("_", " ")
    return say(spaced) if spaced in NAMES else spaced


def valued(value: float | str) -> str:
    """Say what a setting is: a number, or a word.

    Examples
    --------
    >>> valued(0.5), valued("half_away")
    ('0.5', 'half_away')
    """
    return say(value) if isinstance(value, str) and value in NAMES else str(value)
