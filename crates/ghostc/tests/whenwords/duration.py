"""A length of time in words."""

import math
from typing import Optional, Union

# Name, compact name, seconds; from the largest to the smallest.
_UNITS = (
    ("year", "y", 365 * 86400),
    ("month", "mo", 30 * 86400),
    ("day", "d", 86400),
    ("hour", "h", 3600),
    ("minute", "m", 60),
    ("second", "s", 1),
)


def duration(seconds: Union[int, float], options: Optional[dict] = None) -> str:
    """Return `seconds` in words, in at most `max_units` units, of which the smallest is rounded half up."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ValueError(f"{seconds!r} is no number of seconds")
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"{seconds!r} is no length of time")
    compact, max_units = _options(options)
    parts = [(count, unit) for count, unit in _split(seconds, max_units) if count]
    parts = parts or [(0, _UNITS[-1])]
    if compact:
        return " ".join(f"{count}{short}" for count, (_, short, _) in parts)
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, (name, _, _) in parts)


def _options(options):
    if options is None:
        options = {}
    if not isinstance(options, dict):
        raise ValueError(f"{options!r} are no options")
    compact, max_units = options.get("compact", False), options.get("max_units", 2)
    if not isinstance(compact, bool):
        raise ValueError(f"`compact` is true or false, not {compact!r}")
    if isinstance(max_units, bool) or not isinstance(max_units, int) or max_units < 1:
        raise ValueError(f"`max_units` is a whole number of at least 1, not {max_units!r}")
    return compact, max_units


def _split(seconds, max_units):
    """The count of each displayed unit: `max_units` in a row, from the largest that there is."""
    top = next((at for at, unit in enumerate(_UNITS) if seconds >= unit[2]), len(_UNITS) - 1)
    *whole, last = _UNITS[top : top + max_units]
    counts, rest = [], seconds
    for unit in whole:
        count, rest = divmod(rest, unit[2])
        counts.append((int(count), unit))
    rounded = int((2 * rest + last[2]) // (2 * last[2]))
    above = top + len(whole) - 1
    if above >= 0 and rounded * last[2] >= _UNITS[above][2]:
        # Rounding filled the next larger unit: 59.9 minutes are an hour.
        return _split(int(seconds - rest) + rounded * last[2], max_units)
    return [*counts, (rounded, last)]
