"""Amounts of the policy lab in words: money, changes, medians with 90 % of draws, ranks."""

import math

from resilience_index.content.speech import noted, plus, say, spoken
from resilience_index.policy import Interval, Range
from resilience_index.publish import words

UNITS = {
    "vouchers_issued": noted("vouchers issued"),
    "firms_paid": noted("firms paid"),
    "money_paid": noted("paid out to firms"),
    "additionality": noted("share of paid firms that add a user, last year"),
    "adopters_in_depth": noted("of the additional users, those with AI in their core work"),
    "gain_of_adopter": noted("gain in labour productivity of an additional user; not in the index"),
    "gain_in_scope": noted("gain in labour productivity of all firms in scope; not in the index"),
    "lag_months": noted("months behind the frontier"),
    "use_share": noted("share of AI use on the own model"),
    "runs": noted("training runs paid for"),
    "spent_on_runs": noted("spent on runs, at present value"),
    "spent_on_hosting": noted("spent on hosting, at present value"),
    "spent_elsewhere": noted("spent on what no indicator sees, at present value"),
    "accelerators": noted("accelerators hosted, in H100 equivalents"),
}
"""What the figures that arms tell are, for the reader."""

_DOLLARS = ((1e9, "billion"), (1e6, "million"))  # in English; else CLDR says how
_SHARES = ("additionality", "use_share", "gain_of_adopter")
_SMALL = ("gain_in_scope",)
_MONEY = ("money_paid", "spent_on_runs", "spent_on_hosting", "spent_elsewhere")


def money(amount: float) -> str:
    """Write an amount of US dollars.

    Examples
    --------
    >>> [money(x).replace(words.NBSP, " ") for x in (1e9, 2.5e8, 217_000.0)]
    ['US$ 1 billion', 'US$ 250 million', 'US$ 217,000']
    """
    if amount >= _DOLLARS[-1][0] and not spoken().english:
        return say("US$\u00a0{n}", n=words.large(amount))
    for step, word in _DOLLARS:
        if amount >= step:
            size = amount / step
            shown = words.number(round(size, 3)) if size < 100 else words.fixed(size, 0)
            written = f"{shown}{words.NBSP}{word}"
            return say("US$\u00a0{n}", n=written)
    return say("US$\u00a0{n}", n=words.fixed(amount, 0))


def signed(value: float, places: int) -> str:
    """Write a change with its sign.

    Examples
    --------
    >>> signed(0.318, 2), signed(-2.0, 0), signed(0.0, 1)
    ('+0.32', '−2', '0.0')
    """
    text = words.fixed(value, places)
    return f"{plus()}{text}" if value > 0 and text.strip("0.,") else text


def places_for(interval: Interval) -> int:
    """Say how many decimals a change needs to show anything.

    Examples
    --------
    >>> places_for(Interval(0.1, 0.3, 0.5)), places_for(Interval(0.0, 0.002, 0.013))
    (2, 3)
    """
    most = max(abs(interval.low), abs(interval.high))
    return 1 if most >= 10 else 2 if most >= 0.095 or most == 0 else 3


def change(interval: Interval) -> str:
    """Write a change of score: "+0.32 (0.20 to 0.53)"."""
    places = places_for(interval)
    low, high = (words.fixed(end, places) for end in (interval.low, interval.high))
    return between(signed(interval.median, places), low, high)


def between(middle: str, low: str, high: str) -> str:
    """Write a median with the ends of its interval.

    >>> between("2", "1", "3")
    '2 (1 to 3)'
    """
    return say("{median} ({low} to {high})", median=middle, low=low, high=high)


def ranks(ends: Range) -> str:
    """Write the interval of a rank; a dash where there is none.

    >>> ranks(Range(7.0, 17.0)), ranks(Range(math.nan, math.nan))
    ('7–17', '–')
    """
    if not math.isfinite(ends.low):
        return words.MISSING
    return words.span(f"{ends.low:.0f}", f"{ends.high:.0f}")


def amount(interval: Interval, form: str = "number", beyond: str = "") -> str:
    """Write a median with its interval: as a number, a share, or US dollars.

    `beyond` stands for what is infinite, "never" if nothing is given: what takes longer than was
    looked at.
    """
    if math.isnan(interval.median):
        return words.MISSING
    write = {
        "number": _whole,
        "share": words.share,
        "money": lambda v: money(_rounded(v)),
        "small": _small,
        "count": _count,
    }[form]
    values = [
        (beyond or say("never")) if math.isinf(v) else write(v)
        for v in (interval.median, interval.low, interval.high)
    ]
    if values[1] == values[2]:
        return values[0]
    return between(*values)


def _rounded(value: float) -> float:
    """Round to three digits: what is drawn is known no better."""
    return float(f"{value:.3g}")


def about(value: float) -> str:
    """Write a count that is modelled, to two digits.

    >>> about(34528.0)
    'about 35,000'
    """
    return say("about {n}", n=words.fixed(float(f"{value:.2g}"), 0))


def _whole(value: float) -> str:
    return words.number(value) if abs(value) < 10 else words.fixed(value, 0)


def _count(value: float) -> str:
    return words.fixed(value, 0)


def _small(value: float) -> str:
    """Write a share so small that per cent need decimals."""
    if 0 < 100 * value < 0.001:
        return say("under {share}", share=words.percent(0.001, 3))
    before, after = words.percent_signs()
    return f"{before}{words.number(100 * value)}{after}"


def unit_of(name: str) -> str:
    """Say what a figure that an arm tells is measured in: share, usd, months or number.

    >>> [unit_of(name) for name in ("use_share", "money_paid", "lag_months", "runs")]
    ['share', 'usd', 'months', 'number']
    """
    if name in (*_SHARES, *_SMALL, "adopters_in_depth"):
        return "share"
    return "usd" if name in _MONEY else "months" if name == "lag_months" else "number"


def told(name: str, interval: Interval) -> tuple[str, str]:
    """Name a figure that an arm tells, and write it."""
    forms = {"share": _SHARES, "money": _MONEY, "small": _SMALL}
    form = next((form for form, names in forms.items() if name in names), "number")
    what = say(UNITS[name]) if name in UNITS else name.replace("_", " ")
    return what, amount(interval, form)
