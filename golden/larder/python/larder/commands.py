"""What each command does with the items, and what it says."""

from typing import Any, Dict

from .errors import Refused
from .store import Item, Items
from .write_amount import write_amount

_LARGEST = 1000000000


def put(items: Items, name: str, amount: Dict[str, Any]) -> str:
    """Add an amount to what there is."""
    item = items.get(name)
    if item is None:
        item = Item(0, amount["unit"])
    _check_unit(name, item, amount)
    if item.value + amount["value"] > _LARGEST:
        raise Refused(f"too much {name}")
    item.value += amount["value"]
    items[name] = item
    return f"{name}: {write_amount(item.value, item.unit)}\n"


def take(items: Items, name: str, amount: Dict[str, Any]) -> str:
    """Take an amount away from what there is."""
    item = items.get(name)
    if item is None:
        raise Refused(f"no {name}")
    _check_unit(name, item, amount)
    if amount["value"] > item.value:
        raise Refused(f"only {write_amount(item.value, item.unit)} of {name}")
    item.value -= amount["value"]
    _drop_if_unneeded(items, name)
    return f"{name}: {write_amount(item.value, item.unit)}\n"


def need(items: Items, name: str, amount: Dict[str, Any]) -> str:
    """Say how much has to be there, instead of what was said before."""
    item = items.get(name)
    if item is None:
        item = Item(0, amount["unit"])
    _check_unit(name, item, amount)
    item.least = amount["value"] or None
    items[name] = item
    _drop_if_unneeded(items, name)
    return f"{name}: at least {write_amount(amount['value'], amount['unit'])}\n"


def short(items: Items) -> str:
    """Tell what is missing."""
    lines = []
    for name, item in sorted(items.items(), key=lambda entry: entry[0]):
        missing = (item.least or 0) - item.value
        if missing > 0:
            lines.append(f"{name} {write_amount(missing, item.unit)}\n")
    return "".join(lines)


def listing(items: Items) -> str:
    """Tell all items."""
    lines = (f"{name} {write_amount(items[name].value, items[name].unit)}\n" for name in sorted(items))
    return "".join(lines)


def _drop_if_unneeded(items: Items, name: str) -> None:
    if items[name].value == 0 and not items[name].least:
        del items[name]


def _check_unit(name: str, item: Item, amount: Dict[str, Any]) -> None:
    if item.unit != amount["unit"]:
        raise Refused(f"{name} is kept in {item.unit}")
