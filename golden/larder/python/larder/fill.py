"""Puts in what stands on lines."""

from . import commands
from .errors import LarderError
from .store import Items
from .words import read_words


def fill(items: Items, data: bytes) -> str:
    """Put in each line, and say how many items they were."""
    count = 0
    for number, line in enumerate(_lines(data), start=1):
        if line == "" or line.startswith("#"):
            continue
        name, _, amount = line.partition(" ")
        try:
            commands.put(items, *read_words(name, amount))
        except LarderError as error:
            raise type(error)(f"line {number}: {error}") from None
        count += 1
    return f"filled {count} item{'' if count == 1 else 's'}\n"


def _lines(data: bytes) -> list:
    lines = data.decode("utf-8", errors="surrogateescape").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
