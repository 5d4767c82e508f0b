"""A date as people name it from another one."""

import math
from datetime import date, datetime, timedelta, timezone

_DAY = 86400  # seconds
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def human_date(timestamp: object, reference: object = None) -> str:
    """Return the day of `timestamp` as seen from `reference`, which is `timestamp` itself unless given."""
    day = _day(timestamp)
    today = day if reference is None else _day(reference)
    distance = (day - today).days
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}.get(distance)
    if near:
        return near
    if abs(distance) <= 7:
        return f"{'Last' if distance < 0 else 'This'} {_WEEKDAYS[day.weekday()]}"
    name = f"{_MONTHS[day.month - 1]} {day.day}"
    return name if day.year == today.year else f"{name}, {day.year}"


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
