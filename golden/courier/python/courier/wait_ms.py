"""How long is waited between attempts."""


def wait_ms(failures: int, first_ms: int, cap_ms: int) -> int:
    """Return the wait after so many failed attempts in milliseconds."""
    if isinstance(failures, bool) or not isinstance(failures, int) or failures < 1:
        raise ValueError(f"{failures!r} is no number of failed attempts.")
    return min(first_ms * (failures * (failures + 1) // 2), cap_ms)
