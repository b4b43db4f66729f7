"""Which environment a name means, and which rules hold there (pure)."""

import re
from collections.abc import Iterable

from msgspec import Struct

from app.lifecycle.configuration.matching import closest, matches
from app.lifecycle.configuration.model import EnvironmentConfig, RepoConfig
from app.lifecycle.configuration.value_types import NUMBER, is_pattern
from app.model.configuration.environment_names import folded, is_plain, visible
from app.model.github.deployment import Deployment
from app.model.plan import Concurrency
from app.model.reasons.typed import (
    EnvironmentAmbiguous,
    EnvironmentMissing,
    EnvironmentNameMalformed,
    EnvironmentUnknown,
)

NotFound = EnvironmentMissing | EnvironmentAmbiguous | EnvironmentUnknown | EnvironmentNameMalformed
"""Why there is no environment of the name that was typed."""

STANDARD = ("production", "staging", "test", "preview")
"""Environments that are known everywhere."""


class Environment(Struct, frozen=True, kw_only=True):
    """An environment with its rules; `number` is the pull request in its name, if any."""

    name: str
    rules: EnvironmentConfig
    number: int | None = None

    @property
    def production(self) -> bool:
        """Whether it is a production environment; by default if that is its name."""
        if self.rules.production is None:
            return folded(self.name) == "production"
        return self.rules.production

    def default_ref(self, config: RepoConfig) -> str | None:
        """The ref that is deployed if none is typed; None is the default branch."""
        if self.rules.ref is not None:
            return self.rules.ref
        if self.number is not None and self.rules.deploy_on.pull_request:
            return f"pull/{self.number}/head"
        return config.defaults.ref

    def timeout(self, config: RepoConfig) -> float:
        """Seconds from the trigger until a deployment without an outcome is given up."""
        return config.defaults.timeout if self.rules.timeout is None else self.rules.timeout

    def concurrency(self, config: RepoConfig) -> Concurrency:
        """What happens while another deployment runs there."""
        own = self.rules.concurrency
        return config.defaults.concurrency if own is None else own

    def url(self, number: int | None) -> str:
        """Its address; empty if that contains a pull request's number that isn't known."""
        address, found = self.rules.url or "", self.number or number
        if NUMBER not in address:
            return address
        return address.replace(NUMBER, str(found)) if found else ""


def environment_named(name: str, config: RepoConfig) -> Environment:
    """The environment of exactly this name, with the rules that the configuration has for it."""
    return _configured(name, config) or Environment(name=name, rules=EnvironmentConfig())


def environment_meant(name: str, config: RepoConfig) -> Environment:
    """The environment of a deployment or a slot, however its name is spelled there.

    It may be an alias, in another case, or folded.
    """
    found = find_environment(name, config, (), new=True)
    return found if isinstance(found, Environment) else environment_named(name, config)


def find_environment(
    typed: str, config: RepoConfig, listed: Iterable[str], *, new: bool = False
) -> Environment | NotFound:
    """The environment that was typed, or why there is none; `listed` are GitHub's.

    The configuration's come before GitHub's, which lists every name that anybody has deployed to,
    such as an alias or a name in another case. Names come before aliases. Case doesn't matter if
    the result is unambiguous, and invisible characters never do. `new` allows a name that isn't
    known.
    """
    listed, typed = tuple(listed), visible(typed)
    if not typed:
        return EnvironmentMissing(known=known_environments(config, listed))
    found = _in_configuration(typed, config) or _in_list(typed, (*listed, *STANDARD))
    if len(found) > 1:
        return EnvironmentAmbiguous(environment=typed, matches=tuple(found))
    if found or (new and is_plain(typed)):
        return environment_named(found[0] if found else typed, config)
    return _unknown(typed, config, listed)


def deployable(
    typed: str, config: RepoConfig, listed: Iterable[str], *, new: bool = False
) -> Environment | NotFound:
    """The environment that was typed if it may be deployed to, else why it may not.

    GitHub lists every name that was ever deployed to, and a pattern matches whatever is typed. So a
    name that isn't plain has to be in the file exactly as it is.
    """
    listed = tuple(listed)
    found = find_environment(typed, config, listed, new=new)
    if not isinstance(found, Environment) or found.name in config.environments:
        return found
    return found if is_plain(found.name) else _unknown(found.name, config, listed)


def spellings(name: str, config: RepoConfig, listed: Iterable[str]) -> tuple[str, ...]:
    """The environment's name, and GitHub's `listed` names that mean the same one."""
    return tuple(dict.fromkeys([name, *(one for one in listed if _means(one, name, config))]))


def deployed_to(
    name: str, config: RepoConfig, deployments: Iterable[Deployment]
) -> tuple[Deployment, ...]:
    """The deployments to an environment, however its name is spelled in them."""
    known = tuple(deployments)
    names = spellings(name, config, {each.environment for each in known})
    return tuple(each for each in known if each.environment in names)


def other_names(name: str, config: RepoConfig, listed: Iterable[str]) -> tuple[str, ...]:
    """The names that deployments to an environment may have besides its own.

    These are its aliases, names and aliases in the usual cases, and the spellings that GitHub has
    `listed`. GitHub keeps the spelling of each deployment, but lists only one of them.
    """
    known = environment_named(name, config)
    words = (name, *known.rules.aliases)
    cased = (form for word in words for form in (word, word.lower(), word.upper(), word.title()))
    found = dict.fromkeys([*cased, *spellings(name, config, listed)])
    return tuple(one for one in found if one != name)


def _means(listed: str, name: str, config: RepoConfig) -> bool:
    found = find_environment(listed, config, (name,), new=True)
    return isinstance(found, Environment) and found.name == name


def known_environments(config: RepoConfig, listed: Iterable[str]) -> tuple[str, ...]:
    """The environments that people can type, the configuration's first, without pull requests'."""
    own = [name for name in config.environments if not is_pattern(name)]
    plain = dict.fromkeys(name for name in listed if is_plain(name))
    others = [name for name in plain if environment_named(name, config).number is None]
    return tuple(dict.fromkeys([*own, *others])) or STANDARD


def _configured(name: str, config: RepoConfig) -> Environment | None:
    """The environment by the file's names and patterns; a folded name fits patterns in any case."""
    found = _exactly(name, config)
    if found is None and name == folded(name):
        lower = ((folded(pattern), rules) for pattern, rules in config.environments.items())
        return _of_many(name, lower)
    return found


def _exactly(name: str, config: RepoConfig) -> Environment | None:
    if name in config.environments and not is_pattern(name):
        return Environment(name=name, rules=config.environments[name])
    return _of_many(name, config.environments.items())


def _of_many(name: str, patterns: Iterable[tuple[str, EnvironmentConfig]]) -> Environment | None:
    for pattern, rules in patterns:
        if NUMBER in pattern:
            number = _number(name, pattern)
            if number is not None:
                return Environment(name=name, rules=rules, number=number)
        elif is_pattern(pattern) and not is_pattern(name) and matches(name, (pattern,)):
            return Environment(name=name, rules=rules)
    return None


def _in_configuration(typed: str, config: RepoConfig) -> list[str]:
    if _exactly(typed, config):
        return [typed]
    word, known = folded(typed), config.environments.items()
    return (
        [name for name, rules in known if typed in rules.aliases]
        or [name for name, _ in known if folded(name) == word and not is_pattern(name)]
        or [name for name, rules in known if word in {folded(alias) for alias in rules.aliases}]
        or _number_spelled(word, config)
        or ([word] if _configured(word, config) else [])
    )


def _in_list(typed: str, names: tuple[str, ...]) -> list[str]:
    if typed in names:
        return [typed]
    word = folded(typed)
    return list(dict.fromkeys(visible(name) for name in names if folded(name) == word))


def _unknown(typed: str, config: RepoConfig, listed: tuple[str, ...]) -> NotFound:
    known = known_environments(config, listed)
    aliases = [alias for rules in config.environments.values() for alias in rules.aliases]
    meant = closest(typed, [*known, *aliases, *STANDARD]) or ""
    if not is_plain(typed):
        return EnvironmentNameMalformed(environment=typed, closest=meant)
    return EnvironmentUnknown(environment=typed, closest=meant, known=known)


def _number_spelled(word: str, config: RepoConfig) -> list[str]:
    """A pull request's environment in the file's spelling, if it was typed in another one."""
    for pattern in config.environments:
        number = _number(word, folded(pattern)) if NUMBER in pattern else None
        if number is not None:
            return [pattern.replace(NUMBER, str(number))]
    return []


def _number(name: str, pattern: str) -> int | None:
    before, _, after = pattern.partition(NUMBER)
    found = re.fullmatch(rf"{re.escape(before)}([1-9][0-9]{{0,8}}){re.escape(after)}", name)
    return int(found[1]) if found else None
