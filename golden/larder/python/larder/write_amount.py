"""Writes amounts for people."""

_LARGE = {"g": "kg", "ml": "l"}


def write_amount(value: int, unit: str) -> str:
    """Return the amount as a number, a space and a unit."""
    if isinstance(value, bool) or not isinstance(value, int) or unit not in ("g", "ml", "pc"):
        raise ValueError(f"{value!r} {unit!r} is not an amount.")
    large = _LARGE.get(unit)
    if large is None or value < 1000:
        return f"{value} {unit}"
    whole, rest = divmod(value, 1000)
    fraction = f"{rest:03d}".rstrip("0")
    return f"{whole}.{fraction} {large}" if fraction else f"{whole} {large}"
