"""Reads names and amounts that a user gives."""

import re
from typing import Any, Dict, Tuple

from .errors import UsageError
from .read_amount import read_amount

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def is_name(text: str) -> bool:
    """Say whether a text is the name of an item."""
    return _NAME.fullmatch(text) is not None


def read_words(name: str, amount: str) -> Tuple[str, Dict[str, Any]]:
    """Return a name and an amount that are checked, the name first."""
    if not is_name(name):
        raise UsageError(f"bad name '{name}'")
    try:
        return name, read_amount(amount)
    except ValueError:
        raise UsageError(f"bad amount '{amount}'") from None
