"""The seconds that a written length of time means."""

import re
from fractions import Fraction
from typing import Union

_SECONDS = {
    name: seconds
    for seconds, names in (
        (1, "s sec secs second seconds"),
        (60, "m min mins minute minutes"),
        (3600, "h hr hrs hour hours"),
        (86400, "d day days"),
        (604800, "w wk wks week weeks"),
    )
    for name in names.split()
}
_COLONS = re.compile(r"([0-9]+):([0-5]?[0-9])(?::([0-5]?[0-9]))?")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*([a-z]+)")
_BETWEEN = re.compile(r"\s*,?\s*(?:and\b)?\s*")


def parse_duration(string: str) -> Union[int, float]:
    """Return the seconds that `string` means: `2h 30m`, `2 hours and 30 minutes`, `2.5 hours` or `2:30`."""
    if not isinstance(string, str):
        raise ValueError(f"{string!r} is no text")
    text = string.strip().lower()
    colons = _COLONS.fullmatch(text)
    if colons:
        hours, minutes, seconds = (int(part or 0) for part in colons.groups())
        return hours * 3600 + minutes * 60 + seconds
    total, at = Fraction(0), 0
    while at < len(text) or at == 0:
        part = _PART.match(text, at)
        if not part or part[2] not in _SECONDS:
            raise ValueError(f"{string!r} is no length of time")
        total += Fraction(part[1]) * _SECONDS[part[2]]
        between = _BETWEEN.match(text, part.end())
        at = between.end()
        if at == len(text) and between.group():
            raise ValueError(f"{string!r} ends in the middle")
    return int(total) if total.denominator == 1 else float(total)
