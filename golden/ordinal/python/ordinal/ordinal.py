"""English ordinals in digits."""

_LARGEST = 9007199254740991
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def ordinal(n: int) -> str:
    """Return ``n`` in decimal digits followed by its English ordinal suffix."""
    if isinstance(n, bool) or not isinstance(n, int):
        raise ValueError(f"{n!r} is not an integer.")
    if not 0 <= n <= _LARGEST:
        # Hexadecimal, because str() refuses integers with very many digits.
        raise ValueError(f"{n:#x} is not in the range from 0 to {_LARGEST:#x}.")
    return f"{n}{_suffix(n)}"


def _suffix(n: int) -> str:
    if n % 100 in (11, 12, 13):
        return "th"
    return _SUFFIXES.get(n % 10, "th")
