"""Writes in DynamoDB's expression language. Every name is an #alias: many are reserved words."""

from typing import Any

from app.model.build import Json
from app.store.codec import Change
from app.store.dynamodb.values import Item, to_value

Request = dict[str, Any]


class Expression:
    """Collects aliases, values and conditions; `request` is the part they make of a call."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Item = {}
        self._conditions: list[str] = []

    def name(self, attribute: str) -> str:
        """The alias of an attribute."""
        return self._names.setdefault(attribute, f"#n{len(self._names)}")

    def value(self, value: Json) -> str:
        """A placeholder for a value."""
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = to_value(value)
        return placeholder

    def where(self, attribute: str, value: Json) -> None:
        """Only if the attribute has this value (None: is absent)."""
        name = self.name(attribute)
        if value is None:
            self._conditions.append(f"attribute_not_exists({name})")
        else:
            self._conditions.append(f"{name} = {self.value(value)}")

    def where_exists(self, attribute: str) -> None:
        """Only if the attribute is there."""
        self._conditions.append(f"attribute_exists({self.name(attribute)})")

    def where_at_most(self, attribute: str, limit: float) -> None:
        """Only if the attribute is not greater."""
        self._conditions.append(f"{self.name(attribute)} <= {self.value(limit)}")

    def request(self) -> Request:
        """The condition of a write; where it fails, the answer shows the item as it is."""
        condition = self._used_as("ConditionExpression")
        if self._conditions:
            condition["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return condition

    def as_query(self) -> Request:
        """The condition as the keys of a query."""
        return self._used_as("KeyConditionExpression")

    def as_filter(self) -> Request:
        """The condition as the filter of a scan."""
        return self._used_as("FilterExpression")

    def _used_as(self, parameter: str) -> Request:
        parts: Request = {
            parameter: " AND ".join(self._conditions),
            "ExpressionAttributeNames": {alias: name for name, alias in self._names.items()},
            "ExpressionAttributeValues": self._values,
        }
        return {name: part for name, part in parts.items() if part}  # empty ones are refused


class Update(Expression):
    """An update of one item: what is set, added and removed, and under which conditions."""

    def __init__(self) -> None:
        super().__init__()
        self._sets: list[str] = []
        self._adds: list[str] = []
        self._removes: list[str] = []

    def set(self, attribute: str, value: Json) -> None:
        """Write a value."""
        self._sets.append(f"{self.name(attribute)} = {self.value(value)}")

    def set_once(self, attribute: str, value: Json) -> None:
        """Write a value unless the attribute is there."""
        name = self.name(attribute)
        self._sets.append(f"{name} = if_not_exists({name}, {self.value(value)})")

    def set_inside(self, attribute: str, key: str, value: Json) -> None:
        """Write a value into a map that exists."""
        self._sets.append(f"{self.name(attribute)}.{self.name(key)} = {self.value(value)}")

    def add(self, attribute: str, number: int) -> None:
        """Add to a number; an absent one counts as 0."""
        self._adds.append(f"{self.name(attribute)} {self.value(number)}")

    def remove(self, attribute: str) -> None:
        """Remove an attribute."""
        self._removes.append(self.name(attribute))

    def apply(self, change: Change) -> None:
        """Set and remove what changed between two records."""
        for name, value in change.values.items():
            if value is None:
                self.remove(name)
            else:
                self.set(name, value)
        for name in change.removed:
            self.remove(name)

    def request(self) -> Request:
        """The update as a call takes it."""
        clauses = {"SET": self._sets, "ADD": self._adds, "REMOVE": self._removes}
        expression = " ".join(
            f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts
        )
        return {"UpdateExpression": expression, **super().request()}
