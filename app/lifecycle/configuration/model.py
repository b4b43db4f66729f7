"""`.github/deploybot.yml` as pydantic models: every key of the file, with its default (pure).

The published JSON Schema is generated from these models, and its descriptions from their
docstrings.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.lifecycle.configuration.calendar import Calendar, Freeze, Window
from app.lifecycle.configuration.input_values import accepted
from app.lifecycle.configuration.value_types import (
    DEFAULT_BRANCH,
    AppName,
    ChannelId,
    Checks,
    DefinitionId,
    Duration,
    Glob,
    Line,
    ParameterName,
    ParameterValue,
    PersonOrTeam,
    ProjectSlug,
    Requirement,
    Url,
    may_be_empty,
    seconds,
)
from app.model import Json
from app.model.ci import MOST_PARAMETERS
from app.model.plan import Concurrency, InputValue
from app.model.triggers import SourceKind

CI_SECTION = "circleci"
"""The key of the file's sections about the CI."""

Sendable = Literal["deployment_id", "environment", "ref", "sha", "version", "url", "task"]
ALWAYS_SENT: tuple[Sendable, ...] = ("deployment_id", "sha")
"""Parameters that every pipeline gets: by the id we find it again, the commit it must check out."""

DEFAULT_SEND: tuple[Sendable, ...] = ("environment", "ref", "version", "url", "task")
"""Parameters that it also gets, unless the file lists others under `circleci.send`."""

ApprovalCount = Annotated[int, Field(ge=0, le=20)]
ConcurrencyRule = Annotated[Concurrency, Field(strict=False)]
Parameters = Annotated[
    dict[ParameterName, ParameterValue],
    Field(max_length=MOST_PARAMETERS),
    may_be_empty(dict[ParameterName, ParameterValue]),
]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CIConfig(_Section):
    """What is run at CircleCI."""

    project: ProjectSlug | None = Field(default=None, description="Default: gh/<owner>/<repo>.")
    definition_id: DefinitionId | None = Field(
        default=None, description="Pipeline definition: uses /pipeline/run instead of /pipeline."
    )
    workflow: Line | None = Field(default=None, description="Default: every workflow counts.")
    parameters: Parameters = Field(default={}, description="Constants, sent besides `send`.")
    send: tuple[Sendable, ...] = Field(
        default=DEFAULT_SEND,
        description="What is told to the pipeline besides `deployment_id` and `sha`, which always "
        "are; `version` is the tag, else the environment and the short SHA.",
    )


class EnvironmentCIConfig(_Section):
    """What differs at CircleCI for one environment."""

    parameters: Parameters = Field(
        default={}, description="Constants, over those of the top level."
    )


class Defaults(_Section):
    """What holds for every environment that does not say otherwise."""

    ref: Line | None = Field(default=None, description="Default: the default branch.")
    timeout: Duration = Field(
        default=3600.0,
        description="From the trigger, as 90s, 60m or 1h30m.",
        json_schema_extra={"default": "60m"},
    )
    concurrency: ConcurrencyRule = Field(
        default=Concurrency.QUEUE, description="queue: one at a time."
    )


class InputConfig(_Section):
    """A typed option of `deploy`, sent to the pipeline as a parameter."""

    type: Literal["string", "boolean", "integer", "enum"]
    default: ParameterValue | None = Field(
        default=None, description="Without one, `deploy` must name a value."
    )
    description: Line = ""
    options: tuple[Line, ...] = Field(default=(), description="What an enum may be.")

    @model_validator(mode="after")
    def _consistent(self) -> "InputConfig":
        kinds = {"boolean": bool, "integer": int}
        wanted = kinds.get(self.type, str)
        if self.default is not None and type(self.default) is not wanted:
            raise PydanticCustomError("input_default", "default")
        if (self.type == "enum") != bool(self.options):
            raise PydanticCustomError("input_options", "options")
        if self.default is not None and self.value(self.default) is None:
            raise PydanticCustomError("input_default", "default")
        return self

    def value(self, given: Json) -> InputValue | None:
        """The value to send for `given`, which is JSON or typed text; None if it is not valid."""
        return accepted(self.type, self.options, given)


class DeployOn(_Section):
    """What deploys by itself; `push` takes branches, `tag` tags, `paths` changed files."""

    push: tuple[Glob, ...] = ()
    tag: tuple[Glob, ...] = ()
    pull_request: bool = False
    paths: tuple[Glob, ...] = ()

    def names(self, kind: SourceKind, default_branch: str) -> tuple[str, ...] | bool:
        """Globs of the names that an event of this kind deploys, or whether it deploys any."""
        names: tuple[str, ...] | bool = getattr(self, kind)
        if kind is not SourceKind.PUSH or isinstance(names, bool):
            return names
        return tuple(glob.replace(DEFAULT_BRANCH, default_branch) for glob in names)


class Approvals(_Section):
    """How many people must agree, and who may; without `from` anybody but the requester."""

    count: ApprovalCount = 1
    from_: tuple[PersonOrTeam, ...] = Field(default=(), alias="from")


def _a_number_is_a_count(value: Json) -> Json:
    return {"count": value} if isinstance(value, int) and not isinstance(value, bool) else value


class EnvironmentConfig(_Section):
    """The rules of one environment, or of every environment that a pattern names."""

    production: bool | None = Field(default=None, description="Default: the name is production.")
    aliases: tuple[Line, ...] = ()
    ref: Line | None = Field(default=None, description="Deployed when none is typed.")
    timeout: Duration | None = None
    concurrency: ConcurrencyRule | None = None
    ci: Annotated[EnvironmentCIConfig, may_be_empty(EnvironmentCIConfig)] = Field(
        default=EnvironmentCIConfig(), alias="circleci"
    )
    deploy_on: Annotated[DeployOn, may_be_empty(DeployOn)] = DeployOn()
    url: Url | None = Field(default=None, description="{number} becomes the pull request's.")
    checks: Checks = Field(default="all", description="all, or names and globs; [] for none.")
    ignore_checks: tuple[Glob, ...] = ()
    requires: tuple[Requirement, ...] = Field(
        default=(), description="Only what succeeded there already, {staging: 1h}: so long ago."
    )
    approvals: Annotated[
        Approvals | None,
        BeforeValidator(_a_number_is_a_count, json_schema_input_type=ApprovalCount | Approvals),
    ] = None
    allow: tuple[PersonOrTeam, ...] = ()
    force: tuple[PersonOrTeam, ...] = ()
    windows: tuple[Window, ...] = ()
    freeze: tuple[Freeze, ...] = ()
    confirm: bool = False
    transient: bool = Field(default=False, description="Destroyed when its pull request closes.")
    forks: bool = Field(default=False, description="Whether pull requests from forks deploy.")
    drafts: bool = Field(
        default=False, description="Whether draft pull requests deploy by themselves."
    )

    @property
    def calendar(self) -> Calendar:
        """When it may be deployed to."""
        return Calendar(self.windows, self.freeze)

    @property
    def required(self) -> dict[str, float]:
        """The environments where the commit must have succeeded, and how many seconds ago."""
        items = [item if isinstance(item, dict) else {item: ""} for item in self.requires]
        return {
            name: seconds(soak) if soak else 0.0 for item in items for name, soak in item.items()
        }

    @property
    def approval_rules(self) -> Approvals:
        """How many people must approve a deployment, and who may; by default, none must."""
        return self.approvals or Approvals(count=0)

    @property
    def approvers(self) -> tuple[str, ...]:
        """The people and teams who may approve a job that the CI holds; empty: anybody."""
        return self.approval_rules.from_ or self.allow

    def keys_naming_people(self) -> tuple[str, ...]:
        """The keys that list people or teams, as far as they are used."""
        named = {"allow": self.allow, "force": self.force, "approvals": self.approval_rules.from_}
        return tuple(key for key, people in named.items() if people)


Inputs = Annotated[
    dict[ParameterName, InputConfig],
    Field(max_length=MOST_PARAMETERS),
    may_be_empty(dict[ParameterName, InputConfig]),
]
Environments = dict[Line, Annotated[EnvironmentConfig, may_be_empty(EnvironmentConfig)]]


class RepoConfig(_Section):
    """A repository's configuration, read from its default branch only."""

    version: Literal[1] = 1
    channel: ChannelId | None = Field(
        default=None, description="The only Slack channel (its id) that may be bound."
    )
    workflow: Literal["manual", "github-flow"] = "manual"
    ci: Annotated[CIConfig, may_be_empty(CIConfig)] = Field(default=CIConfig(), alias="circleci")
    defaults: Annotated[Defaults, may_be_empty(Defaults)] = Defaults()
    run_deployments_by: tuple[AppName, ...] = ()
    inputs: Inputs = {}
    environments: Annotated[Environments, may_be_empty(Environments)] = {}

    def keys_naming_people(self) -> tuple[str, ...]:
        """The keys that list people or teams, as far as they are used, with their full paths.

        For these, people must have a verified GitHub login.
        """
        return tuple(
            f"environments.{name}.{key}"
            for name, environment in self.environments.items()
            for key in environment.keys_naming_people()
        )
