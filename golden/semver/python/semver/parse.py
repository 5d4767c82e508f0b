"""Taking a semantic version apart."""

import re
from typing import Any, Dict, List, Optional

_LARGEST_CORE_NUMBER = 9007199254740991

_CORE_NUMBER = r"0|[1-9][0-9]*"
_PRERELEASE_ID = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD_ID = r"[0-9A-Za-z-]+"
_VERSION = re.compile(
    rf"(?P<major>{_CORE_NUMBER})"
    rf"\.(?P<minor>{_CORE_NUMBER})"
    rf"\.(?P<patch>{_CORE_NUMBER})"
    rf"(?:-(?P<prerelease>{_PRERELEASE_ID}(?:\.{_PRERELEASE_ID})*))?"
    rf"(?:\+(?P<build>{_BUILD_ID}(?:\.{_BUILD_ID})*))?"
)


def parse(version: str) -> Dict[str, Any]:
    """Return the core numbers and the identifiers of ``version`` by name."""
    if not isinstance(version, str):
        raise ValueError(f"{version!r} is not a string.")
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a semantic version.")
    return {
        "major": _core_number(match["major"]),
        "minor": _core_number(match["minor"]),
        "patch": _core_number(match["patch"]),
        "prerelease": _identifiers(match["prerelease"]),
        "build": _identifiers(match["build"]),
    }


def _core_number(digits: str) -> int:
    # The length is checked first because int() refuses very many digits.
    if (
        len(digits) > len(str(_LARGEST_CORE_NUMBER))
        or int(digits) > _LARGEST_CORE_NUMBER
    ):
        raise ValueError(
            f"The core number {digits!r} is greater than {_LARGEST_CORE_NUMBER}."
        )
    return int(digits)


def _identifiers(text: Optional[str]) -> List[str]:
    return [] if text is None else text.split(".")
