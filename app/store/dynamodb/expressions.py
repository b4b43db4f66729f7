"""Builds expressions in DynamoDB's language.

Every attribute name is written as an #alias, because DynamoDB reserves hundreds of words.
"""

from typing import Any

from app.model import Json
from app.store.codec import Change
from app.store.dynamodb.values import Item, to_value

Request = dict[str, Any]


class Expression:
    """Collects aliases, values and conditions; the last three methods give a call's parameters."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}
        self._conditions: list[str] = []

    def name(self, attribute: str) -> str:
        """The alias for an attribute name."""
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Json) -> str:
        """Add a value; returns its placeholder."""
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = to_value(value)
        return placeholder

    def where(self, attribute: str, value: Json) -> None:
        """Require that the attribute has this value (None: that it is absent)."""
        name = self.name(attribute)
        if value is None:
            self._conditions.append(f"attribute_not_exists({name})")
        else:
            self._conditions.append(f"{name} = {self.value(value)}")

    def where_exists(self, attribute: str) -> None:
        """Require that the attribute is present."""
        self._conditions.append(f"attribute_exists({self.name(attribute)})")

    def where_at_most(self, attribute: str, limit: float) -> None:
        """Require that the attribute is not greater than `limit`."""
        self._conditions.append(f"{self.name(attribute)} <= {self.value(limit)}")

    def request(self) -> Request:
        """The parameters for a conditional write; if it fails, the answer has the stored item."""
        condition = self._used_as("ConditionExpression")
        if self._conditions:
            condition["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return condition

    def as_query(self) -> Request:
        """The parameters for a query, with the conditions on its keys."""
        return self._used_as("KeyConditionExpression")

    def as_filter(self) -> Request:
        """The parameters for a scan, with the conditions as its filter."""
        return self._used_as("FilterExpression")

    def _used_as(self, parameter: str) -> Request:
        parts: Request = {
            parameter: " AND ".join(self._conditions),
            "ExpressionAttributeNames": {alias: name for name, alias in self._names.items()},
            "ExpressionAttributeValues": self._values,
        }
        return {name: part for name, part in parts.items() if part}  # DynamoDB refuses empty ones


class Update(Expression):
    """An update of one item: what it sets, adds and removes, and on which conditions."""

    def __init__(self) -> None:
        super().__init__()
        self._sets: list[str] = []
        self._adds: list[str] = []
        self._removes: list[str] = []

    def set(self, attribute: str, value: Json) -> None:
        """Set an attribute."""
        self._sets.append(f"{self.name(attribute)} = {self.value(value)}")

    def set_once(self, attribute: str, value: Json) -> None:
        """Set an attribute unless it is present."""
        name = self.name(attribute)
        self._sets.append(f"{name} = if_not_exists({name}, {self.value(value)})")

    def set_inside(self, attribute: str, key: str, value: Json) -> None:
        """Set an entry of a map; the call fails if there is no such map."""
        self._sets.append(f"{self.name(attribute)}.{self.name(key)} = {self.value(value)}")

    def add(self, attribute: str, number: int) -> None:
        """Add to a number; an absent attribute counts as 0."""
        self._adds.append(f"{self.name(attribute)} {self.value(number)}")

    def remove(self, attribute: str) -> None:
        """Remove an attribute."""
        self._removes.append(self.name(attribute))

    def apply(self, change: Change) -> None:
        """Set and remove the attributes that differ between two records."""
        for name, value in change.values.items():
            if value is None:
                self.remove(name)
            else:
                self.set(name, value)
        for name in change.removed:
            self.remove(name)

    def request(self) -> Request:
        """The parameters for the update and its conditions."""
        clauses = {"SET": self._sets, "ADD": self._adds, "REMOVE": self._removes}
        expression = " ".join(
            f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts
        )
        return {"UpdateExpression": expression, **super().request()}
