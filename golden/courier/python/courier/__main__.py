"""The command line of courier."""

import json
import sys
from typing import List, Optional, Tuple

from . import daemon, settings
from .errors import CourierError

_USAGE = "usage: courier check|run [--config PATH]"


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command and return its exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        command, path = _split(arguments)
        values = settings.load(path)
        if command == "check":
            print(json.dumps(values), flush=True)
            return 0
        return daemon.run(values, settings.store_folder(path, values))
    except CourierError as error:
        message = " ".join(str(error).splitlines())
        sys.stderr.buffer.write(f"error: {message}\n".encode("utf-8", errors="backslashreplace"))
        return 2


def _split(arguments: List[str]) -> Tuple[str, str]:
    if len(arguments) in (1, 3) and arguments[0] in ("check", "run"):
        if len(arguments) == 1:
            return arguments[0], "courier.json"
        if arguments[1] == "--config":
            return arguments[0], arguments[2]
    raise CourierError(_USAGE)


if __name__ == "__main__":
    sys.exit(main())
