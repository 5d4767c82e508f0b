"""The file of a larder."""

import os
import re
import tempfile
from dataclasses import dataclass
from typing import Dict, Optional

from .errors import FileError
from .read_amount import read_amount
from .words import is_name

_AMOUNT = re.compile(r"[0-9]+(?:g|ml|pc)")


@dataclass
class Item:
    """What there is of something, and what has to be there."""

    value: int
    unit: str
    least: Optional[int] = None


Items = Dict[str, Item]


def load(path: str) -> Items:
    """Return the items of a file by name, none where there is no file."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from None
    items: Items = {}
    for number, line in enumerate(_lines(data), start=1):
        if not _add_line(items, line):
            raise FileError(f"{path}:{number}: not an item")
    return items


def save(path: str, items: Items) -> None:
    """Replace a file by one with these items."""
    text = "".join(_line(name, items[name]) for name in sorted(items))
    # A link stays one: what it leads to is replaced.
    target = os.path.realpath(path)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".larder-")
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except (OSError, ValueError) as error:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)
        raise _unusable(path, error) from None


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def _unusable(path: str, error: Exception) -> FileError:
    reason = getattr(error, "strerror", None) or "it cannot be used"
    return FileError(f"{path}: {reason}")


def _lines(data: bytes) -> list:
    lines = data.decode("utf-8", errors="replace").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _add_line(items: Items, line: str) -> bool:
    words = line.split(" ")
    if len(words) not in (2, 3) or not is_name(words[0]) or words[0] in items:
        return False
    if not all(_AMOUNT.fullmatch(word) for word in words[1:]):
        return False
    try:
        amounts = [read_amount(word) for word in words[1:]]
    except ValueError:
        return False
    if any(amount["unit"] != amounts[0]["unit"] for amount in amounts):
        return False
    least = amounts[1]["value"] if len(amounts) == 2 else None
    items[words[0]] = Item(amounts[0]["value"], amounts[0]["unit"], least)
    return True


def _line(name: str, item: Item) -> str:
    least = "" if item.least is None else f" {item.least}{item.unit}"
    return f"{name} {item.value}{item.unit}{least}\n"
