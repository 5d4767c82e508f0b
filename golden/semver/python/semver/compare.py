"""Ordering two semantic versions."""

from typing import Any, Tuple

from .parse import parse


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1 as ``left`` has lower, equal or higher precedence."""
    left_key = _precedence_key(left)
    right_key = _precedence_key(right)
    return (left_key > right_key) - (left_key < right_key)


def _precedence_key(version: str) -> Tuple[Any, ...]:
    parts = parse(version)
    prerelease = [_identifier_key(identifier) for identifier in parts["prerelease"]]
    is_release = not prerelease
    return (parts["major"], parts["minor"], parts["patch"], is_release, prerelease)


def _identifier_key(identifier: str) -> Tuple[bool, int, str]:
    if identifier.isdigit():
        # Without leading zeros, length and then text is the order of the numbers.
        # It needs no int(), which refuses very many digits.
        return (False, len(identifier), identifier)
    return (True, 0, identifier)
