"""Draw numbers that are not observed: every prior from a point between 0 and 1.

A draw is the quantile of its prior at a point of the unit interval. The points of a prior depend on
the seed and on its name alone, so two arms that use the same prior see the same numbers (common
random numbers), and a country's result does not depend on which others are asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from resilience_index.content.policies import Prior
from resilience_index.content.speech import figures, noted, say
from resilience_index.errors import MethodError

Array = NDArray[np.float64]


def fixed(u: Array, *, value: float) -> Array:
    """Give one value, whatever the point."""
    return np.full_like(u, value)


def uniform(u: Array, *, low: float, high: float) -> Array:
    """Return low + u (high - low).

    >>> uniform(np.array([0.25]), low=1.0, high=5.0)
    array([2.])
    """
    return low + u * (high - low)


def loguniform(u: Array, *, low: float, high: float) -> Array:
    """Return low (high / low)^u.

    >>> loguniform(np.array([0.5]), low=1.0, high=100.0)
    array([10.])
    """
    return np.asarray(low * (high / low) ** u)


def triangular(u: Array, *, low: float, mode: float, high: float) -> Array:
    """Return the quantile of the triangular distribution.

    >>> triangular(np.array([0.0, 0.5, 1.0]), low=0.0, mode=1.0, high=2.0)
    array([0., 1., 2.])
    """
    width, left, right = high - low, mode - low, high - mode
    rising = low + np.sqrt(u * width * left)
    falling = high - np.sqrt((1 - u) * width * right)
    return np.where(u < left / width, rising, falling)


def beta(u: Array, *, a: float | Array, b: float | Array) -> Array:
    """Return the quantile of the beta distribution; a and b may differ from draw to draw.

    >>> beta(np.array([0.5]), a=2.0, b=2.0).round(6)
    array([0.5])
    """
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, u))


def normal(u: Array, *, mean: float, sd: float) -> Array:
    """Return the quantile of the normal distribution.

    >>> normal(np.array([0.5]), mean=3.0, sd=1.0)
    array([3.])
    """
    from scipy.special import ndtri

    return np.asarray(mean + sd * ndtri(u))


def lognormal(u: Array, *, median: float, sigma: float) -> Array:
    """Return median * exp(sigma z), z the standard normal quantile.

    >>> lognormal(np.array([0.5]), median=8.0, sigma=0.4)
    array([8.])
    """
    from scipy.special import ndtri

    return np.asarray(median * np.exp(sigma * ndtri(u)))


def mixture(u: Array, *, weights: list[float], of: list[Mapping[str, Any]]) -> Array:
    """Choose one of several draws by its weight, and use what is left of the point for it.

    >>> halves = [{"name": "fixed", "value": 1.0}, {"name": "fixed", "value": 9.0}]
    >>> mixture(np.array([0.2, 0.8]), weights=[0.5, 0.5], of=halves)
    array([1., 9.])
    """
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    out = np.empty_like(u)
    for position, part in enumerate(of):
        last = position == len(of) - 1
        here = (u >= edges[position]) & (last | (u < edges[position + 1]))
        out[here] = quantile(part, (u[here] - edges[position]) / weights[position])
    return out


DRAWS: dict[str, Callable[..., Array]] = {
    "fixed": fixed,
    "uniform": uniform,
    "loguniform": loguniform,
    "triangular": triangular,
    "beta": beta,
    "normal": normal,
    "lognormal": lognormal,
    "mixture": mixture,
}

_EDGE = 1e-12  # points are held this far from 0 and 1, where some quantiles are infinite


def quantile(draw: Mapping[str, Any], points: Array) -> Array:
    """Return the quantiles of a draw at points between 0 and 1.

    Parameters
    ----------
    draw
        Name and settings, as in a file: ``{"name": "beta", "a": 6, "b": 2}``.
    points
        Any shape, between 0 and 1.

    Returns
    -------
    ndarray
        Same shape, in the unit of the prior.

    Raises
    ------
    MethodError
        If there is no draw of that name.

    Examples
    --------
    >>> quantile({"name": "uniform", "low": 0.0, "high": 2.0}, np.array([0.5]))
    array([1.])
    """
    settings = dict(draw)
    name = settings.pop("name")
    if name not in DRAWS:
        raise MethodError(f"unknown draw '{name}'; known: {', '.join(DRAWS)}")
    return DRAWS[name](np.clip(points, _EDGE, 1 - _EDGE), **settings)


def points(name: str, draws: int, seed: int) -> Array:
    """Return independent points between 0 and 1, the same for the same name and seed.

    >>> bool((points("redemption", 3, 1) == points("redemption", 3, 1)).all())
    True
    >>> bool((points("redemption", 3, 1) == points("overhead", 3, 1)).any())
    False
    """
    stream = np.random.SeedSequence([seed, crc32(name.encode())])
    return np.random.default_rng(stream).random(draws)


class Drawn:
    """Draws of priors by code, made when first asked for; one entry a draw.

    `given` holds points that a design has laid out (for a sensitivity analysis); the points of all
    other priors are random. A name such as ``firms_per_worker:KOR`` has points of its own.
    """

    def __init__(
        self,
        priors: Mapping[str, Prior],
        draws: int,
        seed: int,
        given: Mapping[str, Array] | None = None,
    ) -> None:
        self.priors, self.draws, self.seed = priors, draws, seed
        self.given = dict(given or {})
        self._varying: set[str] = set()
        self._made: dict[str, Array] = {}

    def points(self, name: str) -> Array:
        """Return the points of a prior."""
        if name not in self.given:
            self.given[name] = points(name, self.draws, self.seed)
        return self.given[name]

    def __call__(self, code: str, change: Prior | None = None, own: str = "") -> Array:
        """Return the draws of a prior, of a change of it, or of a country's own copy of it.

        Parameters
        ----------
        code
            Of the prior.
        change
            What a programme puts in its place; it is drawn at the same points.
        own
            A country for which the prior is drawn apart from others.
        """
        name = f"{code}:{own}" if own else code
        prior = change if change is not None else self.priors[code]
        key = f"{name} {prior.draw}"
        if key not in self._made:
            if prior.draw.name != "fixed":
                self._varying.add(name)
            self._made[key] = quantile(prior.draw.model_dump(), self.points(name))
        return self._made[key]

    def varying(self) -> list[str]:
        """Names of the priors used so far that are not fixed wherever they are used, in order."""
        return sorted(self._varying)


_NAMES = (
    noted("uniform"), noted("loguniform"), noted("triangular"), noted("beta"), noted("normal"),
    noted("lognormal"), noted("low"), noted("high"), noted("mode"), noted("a"), noted("b"),
    noted("mean"), noted("sd"), noted("median"), noted("sigma"),
)  # fmt: skip
"""Names of distributions and of their settings, as they are said."""


def spelled(draw: Mapping[str, Any]) -> str:
    """Spell a draw for a reader.

    >>> spelled({"name": "beta", "a": 6.0, "b": 2.0})
    'beta (a 6, b 2)'
    """
    settings = dict(draw)
    name = str(settings.pop("name"))
    if name == "mixture":
        mixed = zip(settings["weights"], settings["of"], strict=True)
        shares = [(figures(f"{100 * w:.0f}"), spelled(part)) for w, part in mixed]
        parts = [say("{share}% {draw}", share=share, draw=draw) for share, draw in shares]
        return say("mixture: {parts}", parts=_joined(parts))
    if name == "fixed":
        return figures(f"{settings['value']:g}")
    told = [
        say("{setting} {value}", setting=say(k), value=figures(f"{v:g}"))
        for k, v in settings.items()
    ]
    return say("{draw} ({settings})", draw=say(name), settings=_joined(told))


def _joined(parts: Iterable[str]) -> str:
    """Put settings one behind the other; a language with a decimal comma may want semicolons."""
    return reduce(lambda first, then: say("{first}, {then}", first=first, then=then), parts)


def summary(values: Array, levels: Iterable[float]) -> list[float]:
    """Return percentiles of draws, ignoring none of them.

    >>> summary(np.arange(101.0), [5, 50, 95])
    [5.0, 50.0, 95.0]
    """
    return [float(q) for q in np.percentile(values, list(levels), axis=0)]
