"""The settings file."""

import json
import os
import re
from typing import Any, Dict, Tuple
from urllib.parse import urlsplit

from .errors import CourierError

_LARGEST = 1000000000
_TOPIC = re.compile(r"[a-z0-9-]+")
# The default of each number, and its range.
_NUMBERS: Dict[str, Tuple[int, int, int]] = {
    "port": (0, 0, 65535),
    "max_bytes": (65536, 1, _LARGEST),
    "first_ms": (1000, 1, _LARGEST),
    "cap_ms": (60000, 1, _LARGEST),
    "attempts": (8, 1, _LARGEST),
    "timeout_ms": (10000, 1, _LARGEST),
    "grace_ms": (5000, 0, _LARGEST),
}

Settings = Dict[str, Any]


def load(path: str) -> Settings:
    """Return the settings of a file, with defaults for what is missing."""
    given = _read(path)
    for key in given:
        if key not in _NUMBERS and key not in ("topics", "store"):
            raise CourierError(f"{key}: there is no such setting")
    settings: Settings = {"topics": _topics(given.get("topics"))}
    settings["store"] = _store(given.get("store", "store"))
    for key, (default, least, most) in _NUMBERS.items():
        settings[key] = _number(key, given.get(key, default), least, most)
    if settings["cap_ms"] < settings["first_ms"]:
        raise CourierError("cap_ms: it must be at least first_ms")
    return settings


def store_folder(path: str, settings: Settings) -> str:
    """Return the folder of the store, for settings that were read from a file."""
    return os.path.join(os.path.dirname(os.path.abspath(path)), settings["store"])


def _read(path: str) -> Dict[str, Any]:
    try:
        with open(path, "rb") as file:
            value = json.loads(file.read().decode("utf-8"))
    except OSError as error:
        raise CourierError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise CourierError(f"{path}: it is not JSON") from None
    if not isinstance(value, dict):
        raise CourierError(f"{path}: it is not a JSON object")
    return value


def _topics(value: Any) -> Dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise CourierError("topics: an object with at least one URL is needed")
    for name, url in value.items():
        if not _TOPIC.fullmatch(name):
            raise CourierError(f"topics.{name}: a name is made of a-z, 0-9 and -")
        if not _is_url(url):
            raise CourierError(f"topics.{name}: a URL that begins with http:// and a host is needed")
    return value


def _is_url(value: Any) -> bool:
    if not isinstance(value, str) or not value.startswith("http://") or not re.fullmatch(r"[!-~]+", value):
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _store(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise CourierError("store: a folder is needed")
    return value


def _number(key: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CourierError(f"{key}: an integer from {least} to {most} is needed")
    return value
