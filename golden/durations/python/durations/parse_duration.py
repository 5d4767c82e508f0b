"""Reading a written duration."""

import re
from typing import Optional, Union

_LONGEST_SECONDS = 604800000000

_UNIT_NAMES = {
    604800: ("w", "wk", "wks", "week", "weeks"),
    86400: ("d", "day", "days"),
    3600: ("h", "hr", "hrs", "hour", "hours"),
    60: ("m", "min", "mins", "minute", "minutes"),
    1: ("s", "sec", "secs", "second", "seconds"),
}
_UNIT_SECONDS = {
    name: seconds for seconds, names in _UNIT_NAMES.items() for name in names
}

_CLOCK_FORM = re.compile(
    r"(?P<hours>[0-9]+):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]))?"
)
_COMPONENT = re.compile(
    r"(?P<whole>[0-9]+)(?:\.(?P<fraction>[0-9]{1,3}))? *(?P<unit>[A-Za-z]+)"
)
_SEPARATOR = re.compile(
    r" +and +| *, *(?:and +)?| *",
    re.ASCII | re.IGNORECASE,
)


def parse_duration(text: str) -> Union[int, float]:
    """Return the number of seconds that the written duration ``text`` stands for."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a string.")
    stripped = text.strip(" ")
    milliseconds = _read_clock_form(stripped)
    if milliseconds is None:
        milliseconds = _read_unit_form(stripped)
    if milliseconds is None:
        raise ValueError(f"{text!r} is not a duration.")
    if milliseconds > _LONGEST_SECONDS * 1000:
        raise ValueError(f"{text!r} is longer than {_LONGEST_SECONDS} seconds.")
    seconds, rest = divmod(milliseconds, 1000)
    return milliseconds / 1000 if rest else seconds


def _read_clock_form(text: str) -> Optional[int]:
    """Return the milliseconds of ``text``, or ``None`` if it is not in this form."""
    match = _CLOCK_FORM.fullmatch(text)
    if match is None:
        return None
    minutes = _whole_number(match["hours"]) * 60 + int(match["minutes"])
    return (minutes * 60 + int(match["seconds"] or "0")) * 1000


def _read_unit_form(text: str) -> Optional[int]:
    """Return the milliseconds of ``text``, or ``None`` if it is not in this form."""
    total = 0
    position = 0
    previous_unit = None
    while True:
        match = _COMPONENT.match(text, position)
        if match is None:
            return None
        unit = _UNIT_SECONDS.get(match["unit"].lower())
        if unit is None or (previous_unit is not None and unit >= previous_unit):
            return None
        total += _thousandths(match["whole"], match["fraction"]) * unit
        if match.end() == len(text):
            return total
        if match["fraction"] is not None:
            return None
        previous_unit = unit
        position = _SEPARATOR.match(text, match.end()).end()


def _thousandths(whole: str, fraction: Optional[str]) -> int:
    return _whole_number(whole) * 1000 + int((fraction or "").ljust(3, "0"))


def _whole_number(digits: str) -> int:
    significant = digits.lstrip("0") or "0"
    # int() refuses very many digits, and in no unit can so many be valid.
    if len(significant) > len(str(_LONGEST_SECONDS)):
        raise ValueError(f"The number {digits!r} is too large for a duration.")
    return int(significant)
