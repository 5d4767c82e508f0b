"""Writing a duration for people to read."""

import math
from fractions import Fraction
from typing import Any, Dict, List, Optional, Tuple, Union

_LONGEST_SECONDS = 604800000000

# From the largest to the smallest unit.
_UNITS = (
    ("week", 604800),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)
_STYLES = ("long", "short")
_ALLOWED_MAX_UNITS = range(1, len(_UNITS) + 1)


def format_duration(
    seconds: Union[int, float], options: Optional[Dict[str, Any]] = None
) -> str:
    """Return ``seconds`` as a text that is rounded to a few units."""
    _check_seconds(seconds)
    max_units, style = _read_options(options)
    counts = _split(_round(seconds, _last_unit_length(seconds, max_units)))
    return _write(counts, style)


def _check_seconds(seconds: Union[int, float]) -> None:
    if not _is_number(seconds):
        raise ValueError(f"{seconds!r} is not a number of seconds.")
    # Written so that it is false for nan, too.
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise ValueError(
            f"{seconds!r} is not a number of seconds from 0 to {_LONGEST_SECONDS}."
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _read_options(options: Optional[Dict[str, Any]]) -> Tuple[int, str]:
    if options is None:
        options = {}
    if not isinstance(options, dict):
        raise ValueError(f"The options {options!r} are not a dict.")
    max_units = options.get("max_units", 2)
    if not _is_number(max_units) or max_units not in _ALLOWED_MAX_UNITS:
        raise ValueError(
            f"The max_units {max_units!r} is not an integer from 1 to {len(_UNITS)}."
        )
    style = options.get("style", "long")
    if style not in _STYLES:
        raise ValueError(f"The style {style!r} is not one of {', '.join(_STYLES)}.")
    # A float such as 2.0 is the same value as the integer.
    return int(max_units), style


def _last_unit_length(seconds: Union[int, float], max_units: int) -> int:
    """Return the length of the smallest unit in the window for ``seconds``."""
    lengths = [length for _, length in _UNITS]
    last = len(lengths) - 1
    first = next((i for i, length in enumerate(lengths) if length <= seconds), last)
    return lengths[min(first + max_units - 1, last)]


def _round(seconds: Union[int, float], unit_length: int) -> int:
    # Fractions, because adding a half to a float can itself round.
    count = math.floor(Fraction(seconds) / unit_length + Fraction(1, 2))
    return count * unit_length


def _split(seconds: int) -> List[Tuple[str, int]]:
    """Return the unit names and counts of ``seconds`` whose count is not zero."""
    counts = []
    for name, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            counts.append((name, count))
    return counts


def _write(counts: List[Tuple[str, int]], style: str) -> str:
    counts = counts or [("second", 0)]
    if style == "short":
        return " ".join(f"{count}{name[0]}" for name, count in counts)
    return ", ".join(
        f"{count} {name if count == 1 else name + 's'}" for name, count in counts
    )
