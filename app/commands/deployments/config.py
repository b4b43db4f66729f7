"""`config`: shows the configuration in force and where each part comes from, or its errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Addresses, project_here
from app.commands.parsing.grammar import Typed, Usage
from app.lifecycle.configuration.model import CI_SECTION, EnvironmentConfig, RepoConfig
from app.lifecycle.configuration.presets import PRESETS
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.configuration.yaml_reader import read_yaml
from app.lifecycle.planning.targets.environments import environment_named, known_environments
from app.lifecycle.requests.decision import Decision, Reply
from app.model import Json
from app.model.ask import Ask
from app.model.github.survey import Survey
from app.ports import CI, Bindings, GitHub
from app.texts.replies.config import ConfigEntry, config_in_force, config_wrong

_TOP = ("channel", "run_deployments_by", "inputs")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Reads the repository's file as it is on the default branch now."""

    name: ClassVar[str] = "config"
    usage: ClassVar[Usage] = Usage("config", "shows the configuration in force", arguments=0)

    bindings: Bindings
    github: GitHub
    ci: CI
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer with the configuration or, if the file is invalid, with everything wrong in it."""
        del typed
        project = await project_here(self.bindings, ask)
        survey = await self.github.survey(project.ref, target=None, environment=None)
        try:
            config = parse_config(survey.config)
        except InvalidConfig as error:
            wrong = config_wrong(survey.repository, error.reasons, html=self.links.html)
            return Reply(answer=wrong)
        answer = config_in_force(
            survey.repository,
            found=survey.config is not None,
            preset=config.workflow if PRESETS.get(config.workflow) else "",
            general=general_of(config, survey, self.ci),
            environments=environments_of(config, survey),
            html=self.links.html,
        )
        return Reply(answer=answer)


def general_of(config: RepoConfig, survey: Survey, ci: CI) -> list[ConfigEntry]:
    """The settings that hold for every environment, each with its source."""
    sources = _Sources(config, survey.config)
    dumped = config.model_dump(by_alias=True)
    entries = [
        ConfigEntry(key=f"{section}.{key}", value=value, source=sources.of(section, key))
        for section in (CI_SECTION, "defaults")
        for key, value in dumped[section].items()
        if value not in (None, {}, ())
    ]
    if config.ci.project is None:
        slug = ci.default_project(survey.repository.full_name)
        entries.insert(0, ConfigEntry(key=f"{CI_SECTION}.project", value=slug, source="default"))
    if config.defaults.ref is None:
        branch = survey.repository.default_branch
        entries.append(ConfigEntry(key="defaults.ref", value=branch, source="default"))
    top = [
        ConfigEntry(key=key, value=dumped[key], source=sources.of(key))
        for key in _TOP
        if dumped[key]
    ]
    return [*entries, *top]


def environments_of(config: RepoConfig, survey: Survey) -> dict[str, list[ConfigEntry]]:
    """For each environment, the rules that differ from the defaults."""
    sources = _Sources(config, survey.config)
    names = [*config.environments, *known_environments(config, survey.environments)]
    return {name: _rules(name, config, sources) for name in dict.fromkeys(names)}


def _rules(name: str, config: RepoConfig, sources: "_Sources") -> list[ConfigEntry]:
    if name not in config.environments:
        rules = environment_named(name, config).rules
    else:
        rules = config.environments[name]
    dumped = rules.model_dump(by_alias=True)
    usual = EnvironmentConfig().model_dump(by_alias=True)
    return [
        ConfigEntry(key=key, value=value, source=sources.of("environments", name, key))
        for key, value in dumped.items()
        if value != usual[key]
    ]


class _Sources:
    """Says where a setting comes from: the file, else the preset, else the defaults."""

    def __init__(self, config: RepoConfig, text: str | None) -> None:
        self._file: Json = read_yaml(text or "").data
        self._preset: Json = PRESETS.get(config.workflow, {})

    def of(self, *path: str) -> str:
        """`file`, `preset` or `default`."""
        if _has(self._file, path):
            return "file"
        return "preset" if _has(self._preset, path) else "default"


def _has(data: Json, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True
