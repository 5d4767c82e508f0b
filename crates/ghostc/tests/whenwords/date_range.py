"""Two dates as one phrase that repeats nothing."""

import math
from datetime import date, datetime, timedelta, timezone

_DAY = 86400  # seconds
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_range(start: object, end: object) -> str:
    """Return the days from `start` to `end`, in whichever order they come, without repeating month or year."""
    first, last = sorted((_day(start), _day(end)))
    if first == last:
        return _full(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_short(first)}–{last.day}, {last.year}"
    if first.year == last.year:
        return f"{_short(first)} – {_full(last)}"
    return f"{_full(first)} – {_full(last)}"


def _short(day):
    return f"{_MONTHS[day.month - 1]} {day.day}"


def _full(day):
    return f"{_short(day)}, {day.year}"


def _day(timestamp):
    """The day, in UTC, of Unix seconds, an ISO 8601 text or a datetime."""
    moment = timestamp
    if isinstance(moment, str):
        text = moment.strip()
        try:
            moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
        except ValueError:
            raise ValueError(f"{timestamp!r} is no ISO 8601 timestamp") from None
    if isinstance(moment, datetime):
        return (moment.astimezone(timezone.utc) if moment.tzinfo else moment).date()
    if isinstance(moment, bool) or not isinstance(moment, (int, float)) or not math.isfinite(moment):
        raise ValueError(f"{timestamp!r} is no timestamp")
    try:
        return date(1970, 1, 1) + timedelta(days=int(moment // _DAY))
    except OverflowError:
        raise ValueError(f"{timestamp!r} is in no year of the calendar") from None
