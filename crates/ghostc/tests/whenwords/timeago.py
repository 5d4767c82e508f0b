"""How long ago a moment was, or how far ahead it is, in words."""

import math
from datetime import datetime, timezone

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY

# Below this many seconds: the unit, its length, and whether there is only ever one of it.
_STEPS = (
    (90, "minute", _MINUTE, True),
    (45 * _MINUTE, "minute", _MINUTE, False),
    (90 * _MINUTE, "hour", _HOUR, True),
    (22 * _HOUR, "hour", _HOUR, False),
    (36 * _HOUR, "day", _DAY, True),
    (26 * _DAY, "day", _DAY, False),
    (46 * _DAY, "month", _MONTH, True),
    (320 * _DAY, "month", _MONTH, False),
    (548 * _DAY, "year", _YEAR, True),
    (math.inf, "year", _YEAR, False),
)


def timeago(timestamp: object, reference: object = None) -> str:
    """Return the distance from `timestamp` to `reference`, which is `timestamp` itself unless given, in words."""
    then = _seconds(timestamp)
    elapsed = 0 if reference is None else _seconds(reference) - then
    distance = abs(elapsed)
    if distance < 45:
        return "just now"
    _, unit, length, single = next(step for step in _STEPS if distance < step[0])
    count = 1 if single else _half_up(distance, length)
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{amount} ago" if elapsed > 0 else f"in {amount}"


def _half_up(amount, unit):
    return int((2 * amount + unit) // (2 * unit))


def _seconds(timestamp):
    """Unix seconds of a number, an ISO 8601 text or a datetime; without a time zone it is meant in UTC."""
    moment = timestamp
    if isinstance(moment, str):
        text = moment.strip()
        try:
            moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
        except ValueError:
            raise ValueError(f"{timestamp!r} is no ISO 8601 timestamp") from None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    if isinstance(moment, bool) or not isinstance(moment, (int, float)) or not math.isfinite(moment):
        raise ValueError(f"{timestamp!r} is no timestamp")
    return moment
