"""Deriving the next semantic version."""

from typing import Any, Dict, List, Tuple

from .parse import parse

_LARGEST_CORE_NUMBER = 9007199254740991
_PARTS = ("major", "minor", "patch", "prerelease")


def bump(version: str, part: str) -> str:
    """Return the version that follows ``version`` when ``part`` is increased."""
    if part not in _PARTS:
        raise ValueError(f"{part!r} is not one of {', '.join(_PARTS)}.")
    parts = parse(version)
    core = _next_core(parts, part)
    if max(core) > _LARGEST_CORE_NUMBER:
        raise ValueError(
            f"The {part} of {version!r} cannot be increased,"
            f" because {max(core)} is greater than {_LARGEST_CORE_NUMBER}."
        )
    text = ".".join(map(str, core))
    if part == "prerelease":
        text += "-" + ".".join(_next_prerelease(parts["prerelease"]))
    return text


def _next_core(parts: Dict[str, Any], part: str) -> Tuple[int, int, int]:
    major, minor, patch = parts["major"], parts["minor"], parts["patch"]
    is_prerelease = bool(parts["prerelease"])
    if part == "major":
        is_finished = is_prerelease and minor == 0 and patch == 0
        return (major if is_finished else major + 1, 0, 0)
    if part == "minor":
        is_finished = is_prerelease and patch == 0
        return (major, minor if is_finished else minor + 1, 0)
    return (major, minor, patch if is_prerelease else patch + 1)


def _next_prerelease(identifiers: List[str]) -> List[str]:
    for index in reversed(range(len(identifiers))):
        if identifiers[index].isdigit():
            incremented = _increment(identifiers[index])
            return identifiers[:index] + [incremented] + identifiers[index + 1:]
    return identifiers + ["0"]


def _increment(digits: str) -> str:
    # Done on the text, because int() refuses very many digits.
    head = digits.rstrip("9")
    zeros = "0" * (len(digits) - len(head))
    if not head:
        return "1" + zeros
    return head[:-1] + str(int(head[-1]) + 1) + zeros
