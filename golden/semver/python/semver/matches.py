"""Testing a semantic version against a range."""

import operator
import re
from typing import Any, Dict, List, NamedTuple, Tuple

from .compare import compare
from .parse import parse

_Core = Tuple[int, int, int]

_OPERATOR = re.compile(r"[<>]=?|[=^~]|")
_SHORT_PARTIAL = re.compile(
    r"[0-9]+\.[0-9]+(?:\.[xX*])?|[0-9]+(?:\.[xX*]){0,2}|[xX*](?:\.[xX*]){0,2}"
)
_ORDER_TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}


class _Partial(NamedTuple):
    """A written partial, with zeros in place of the numbers that it leaves out."""

    version: str
    core: _Core
    number_count: int
    has_prerelease: bool


class _Bound(NamedTuple):
    """An operator with a version, whose core may exceed the largest core number."""

    operator: str
    version: str
    core: _Core


class _Alternative(NamedTuple):
    partials: List[_Partial]
    bounds: List[_Bound]


def matches(version: str, range: str) -> bool:
    """Return whether ``version`` satisfies at least one alternative of ``range``."""
    parts = parse(version)
    if not isinstance(range, str):
        raise ValueError(f"The range {range!r} is not a string.")
    # All are read before any is tested, so that an invalid one is always reported.
    alternatives = [_read_alternative(text) for text in range.split("||")]
    return any(
        _is_admitted(parts, alternative.partials)
        and all(_is_inside(version, _core(parts), b) for b in alternative.bounds)
        for alternative in alternatives
    )


def _read_alternative(text: str) -> _Alternative:
    words = [word for word in text.split(" ") if word]
    if not words:
        raise ValueError(f"The alternative {text!r} of a range is empty.")
    if len(words) == 3 and words[1] == "-":
        comparators = [(">=", words[0]), ("<=", words[2])]
    else:
        comparators = [_split_simple(word) for word in words]
    partials = []
    bounds = []
    for sign, partial_text in comparators:
        partial = _read_partial(partial_text)
        partials.append(partial)
        bounds.extend(_bounds(sign, partial))
    return _Alternative(partials, bounds)


def _split_simple(text: str) -> Tuple[str, str]:
    """Return the operator of a simple comparator and the text of its partial."""
    sign = _OPERATOR.match(text).group()
    return sign or "=", text[len(sign):]


def _read_partial(text: str) -> _Partial:
    version = text
    number_count = 3
    if _SHORT_PARTIAL.fullmatch(text):
        numbers = [field for field in text.split(".") if field.isdigit()]
        number_count = len(numbers)
        version = ".".join(numbers + ["0"] * (3 - number_count))
    try:
        parts = parse(version)
    except ValueError:
        raise ValueError(f"{text!r} is not a partial version of a range.") from None
    return _Partial(version, _core(parts), number_count, bool(parts["prerelease"]))


def _core(parts: Dict[str, Any]) -> _Core:
    return parts["major"], parts["minor"], parts["patch"]


def _bounds(sign: str, partial: _Partial) -> List[_Bound]:
    count = partial.number_count
    if count == 0:
        # No version is below 0.0.0-0, the lowest of all.
        return [_below((0, 0, 0))] if sign in ("<", ">") else []
    at_least = _Bound(">=", partial.version, partial.core)
    if sign == "^":
        return [at_least, _below(_incremented(partial.core, _caret_index(partial)))]
    if sign == "~":
        return [at_least, _below(_incremented(partial.core, min(count, 2) - 1))]
    if count == 3:
        return [_Bound(sign, partial.version, partial.core)]
    following = _incremented(partial.core, count - 1)
    return {
        "<": [_below(partial.core)],
        "<=": [_below(following)],
        "=": [at_least, _below(following)],
        ">": [_Bound(">=", _core_text(following), following)],
        ">=": [at_least],
    }[sign]


def _caret_index(partial: _Partial) -> int:
    """Return the index of the core number that a caret increments."""
    last = partial.number_count - 1
    return next((i for i, number in enumerate(partial.core) if number), last)


def _incremented(core: _Core, index: int) -> _Core:
    numbers = [*core[:index], core[index] + 1, 0, 0]
    return numbers[0], numbers[1], numbers[2]


def _below(core: _Core) -> _Bound:
    """Return the bound that leaves out ``core`` and all of its prereleases."""
    return _Bound("<", f"{_core_text(core)}-0", core)


def _core_text(core: _Core) -> str:
    return ".".join(map(str, core))


def _is_admitted(parts: Dict[str, Any], partials: List[_Partial]) -> bool:
    return not parts["prerelease"] or any(
        partial.has_prerelease and partial.core == _core(parts)
        for partial in partials
    )


def _is_inside(version: str, core: _Core, bound: _Bound) -> bool:
    # Cores are compared here, because compare() rejects one above the largest.
    if core == bound.core:
        order = compare(version, bound.version)
    else:
        order = 1 if core > bound.core else -1
    return _ORDER_TESTS[bound.operator](order, 0)
