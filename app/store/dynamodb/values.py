"""Converts JSON values to DynamoDB's typed attribute values and back."""

from collections.abc import Mapping
from typing import Any

from app.model import Json
from app.store.codec import Attributes

Item = dict[str, dict[str, Any]]
"""A record in the form that DynamoDB's API uses."""


def to_item(attributes: Mapping[str, Json]) -> Item:
    """Convert attributes to an item; those that are None are left out."""
    return {name: to_value(value) for name, value in attributes.items() if value is not None}


def from_item(item: Item) -> Attributes:
    """Convert an item to attributes. A number without a decimal point becomes an int."""
    return {name: from_value(value) for name, value in item.items()}


def to_value(value: Json) -> dict[str, Any]:
    """Convert one JSON value."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value + 0)}  # `+ 0` makes a plain number of an IntEnum
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, Mapping):
        return {"M": {name: to_value(part) for name, part in value.items()}}
    return {"L": [to_value(part) for part in value]}


def from_value(value: Mapping[str, Any]) -> Json:
    """Convert one value back to JSON; raises `ValueError` for a type that we never write."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return int(content) if content.lstrip("-").isdecimal() else float(content)
        case "NULL":
            return None
        case "M":
            return {name: from_value(part) for name, part in content.items()}
        case "L":
            return [from_value(part) for part in content]
    raise ValueError(f"a DynamoDB value of type {kind}")
