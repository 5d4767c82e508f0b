"""The command line of larder."""

import sys
from typing import List, Optional, Tuple

from . import commands, store
from .errors import LarderError, UsageError
from .fill import fill
from .words import read_words

_USAGE = "usage: larder [--file PATH] COMMAND [NAME AMOUNT]"
_CHANGES = {"put": commands.put, "take": commands.take, "need": commands.need}
_LOOKS = {"list": commands.listing, "short": commands.short}


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command and return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        output = _run(arguments)
    except LarderError as error:
        _say(sys.stderr, f"error: {error}\n")
        return error.status
    _say(sys.stdout, output)
    return 0


def _run(arguments: List[str]) -> str:
    path, words = _split(arguments)
    if len(words) == 3 and words[0] in _CHANGES:
        name, amount = read_words(words[1], words[2])
        items = store.load(path)
        output = _CHANGES[words[0]](items, name, amount)
        store.save(path, items)
        return output
    if len(words) == 1 and words[0] in _LOOKS:
        return _LOOKS[words[0]](store.load(path))
    if words == ["fill"]:
        items = store.load(path)
        output = fill(items, sys.stdin.buffer.read())
        store.save(path, items)
        return output
    raise UsageError(_USAGE)


def _split(arguments: List[str]) -> Tuple[str, List[str]]:
    if arguments and arguments[0] == "--file":
        if len(arguments) < 2:
            raise UsageError(_USAGE)
        return arguments[1], arguments[2:]
    return "larder.txt", arguments


def _say(stream, text: str) -> None:
    stream.buffer.write(text.encode("utf-8", errors="surrogateescape"))
    stream.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
