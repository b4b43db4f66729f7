"""The differences between two configurations, in the order of the file (pure)."""

from collections.abc import Iterator, Mapping

from msgspec import structs
from pydantic import BaseModel

from app.lifecycle.configuration.model import EnvironmentConfig, RepoConfig
from app.model.configuration.changes import (
    ConfigChange,
    EnvironmentChange,
    KeyChange,
    TriggerChange,
)
from app.model.triggers import SourceKind

_OWN = ("environments", "deploy_on")
"""Keys that have their own types of change."""

_WHOLE = ("approvals",)
"""Sections that are compared as a whole instead of key by key."""


def changes(
    before: RepoConfig, after: RepoConfig, *, default_branch: str
) -> tuple[ConfigChange, ...]:
    """What changes if `after` replaces `before`."""
    found: list[ConfigChange] = list(_keys(before, after))
    for name in {**before.environments, **after.environments}:
        old, new = before.environments.get(name), after.environments.get(name)
        if old is None or new is None:
            found.append(EnvironmentChange(environment=name, gone=new is None))
        found += _triggers(name, old, new, default_branch)
        if new is not None:
            found += _keys(old or EnvironmentConfig(), new, environment=name)
    return tuple(found)


def _triggers(
    name: str,
    old: EnvironmentConfig | None,
    new: EnvironmentConfig | None,
    default_branch: str,
) -> Iterator[TriggerChange]:
    was, will = _events(name, old, default_branch), _events(name, new, default_branch)
    for one in was:
        if one not in will:
            yield TriggerChange(
                environment=name,
                event=one.event,
                pattern=one.pattern,
                paths=one.paths,
                gone=True,
            )
    yield from (one for one in will if one not in was)


def _events(name: str, rules: EnvironmentConfig | None, default_branch: str) -> list[TriggerChange]:
    if rules is None:
        return []
    found: list[TriggerChange] = []
    for kind in SourceKind:
        paths = rules.deploy_on.paths if kind is SourceKind.PUSH else ()
        change = TriggerChange(environment=name, event=kind, paths=paths)
        names = rules.deploy_on.names(kind, default_branch)
        if isinstance(names, bool):
            found += [change] if names else []
        else:
            found += [structs.replace(change, pattern=pattern) for pattern in names]
    return found


def _keys(
    before: BaseModel, after: BaseModel, environment: str = "", under: str = ""
) -> Iterator[KeyChange]:
    """Each key whose value differs; mappings such as `inputs` are compared name by name."""
    was, will = (model.model_dump(by_alias=True) for model in (before, after))
    for name, field in type(after).model_fields.items():
        own = field.alias or name
        old, new, key = getattr(before, name), getattr(after, name), f"{under}{own}"
        if key in _OWN or old == new:
            continue
        if key not in _WHOLE and isinstance(old, BaseModel) and isinstance(new, BaseModel):
            yield from _keys(old, new, environment, f"{key}.")
            continue
        by_name = isinstance(old, Mapping) and isinstance(new, Mapping)
        for part in {**old, **new} if by_name else ("",):
            change = KeyChange(
                key=f"{key}.{part}" if part else key,
                before=was[own].get(part) if part else was[own],
                after=will[own].get(part) if part else will[own],
                environment=environment,
            )
            if change.before != change.after:
                yield change
