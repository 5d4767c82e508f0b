"""What is kept of the messages: a file of records, each a line of JSON."""

import fcntl
import json
import os
from typing import Any, Dict, List

from .errors import CourierError

Record = Dict[str, Any]


class Journal:
    """The records of a store that no other daemon uses."""

    def __init__(self, folder: str, name: str) -> None:
        try:
            os.makedirs(folder, exist_ok=True)
            self._lock = open(os.path.join(folder, "lock"), "ab")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file = open(os.path.join(folder, "journal"), "a+b")
            self.records = self._read()
            _sync_folder(folder)
        except BlockingIOError:
            raise CourierError(f"{name}: another daemon uses this store") from None
        except OSError as error:
            raise CourierError(f"{name}: {error.strerror}") from None
        except ValueError:
            raise CourierError(f"{name}: this is not a store") from None

    def write(self, record: Record) -> None:
        """Keep a record: it is on disk when this returns."""
        self._file.write(json.dumps(record).encode("ascii") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> List[Record]:
        self._file.seek(0)
        data = self._file.read()
        end = data.rfind(b"\n") + 1
        self._file.truncate(end)
        return [json.loads(line) for line in data[:end].splitlines()]


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
