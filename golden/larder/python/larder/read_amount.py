"""Reads amounts as people write them."""

import re
from typing import Any, Dict

_LARGEST = 1000000000
_FORM = re.compile(r"([0-9]+)(?:\.([0-9]{1,3}))? ?(kg|g|ml|l|pc|)")
_UNITS = {"g": ("g", 1), "kg": ("g", 1000), "ml": ("ml", 1), "l": ("ml", 1000), "pc": ("pc", 1), "": ("pc", 1)}


def read_amount(text: str) -> Dict[str, Any]:
    """Return the `value` and the `unit` of a written amount."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not an amount.")
    whole, fraction, name = found.groups()
    whole = whole.lstrip("0")
    if len(whole) > len(str(_LARGEST)):
        raise ValueError(f"{text!r} is too much.")
    unit, size = _UNITS[name]
    thousandths = (int(whole or "0") * 1000 + int((fraction or "").ljust(3, "0"))) * size
    value, rest = divmod(thousandths, 1000)
    if rest:
        raise ValueError(f"{text!r} is not a whole number of {unit}.")
    if value > _LARGEST:
        raise ValueError(f"{text!r} is too much.")
    return {"value": value, "unit": unit}
