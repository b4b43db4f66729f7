"""`setup`: binds a channel and a repository to each other, one to one."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import structs

from app.commands.channels.binding_policy import BindingPolicy
from app.commands.channels.hello import unlinked_of
from app.commands.command import Addresses, slack_of
from app.commands.parsing.grammar import Typed, Usage, parse_repository
from app.errors import ProviderError, Refused, Unavailable, UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.planning.pipelines.parameters import every_parameter
from app.lifecycle.planning.pipelines.projects import Projects
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.chat.reply import SlackAddress
from app.model.github.repository import Collaborator, Repository
from app.model.plan import Run
from app.model.project import Project
from app.model.reasons import Reason
from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    ChannelAlreadyBound,
    ChannelIsAnother,
    DirectMessage,
    RepositoryAlreadyBound,
    RepositoryArchived,
    RepositoryNotFound,
)
from app.observe import audited
from app.ports import CI, Bindings, Chat, GitHub
from app.texts.failures.catalogue import explain, explain_all
from app.texts.replies.channels.connecting import (
    bound,
    invite_hint,
    project_not_followed,
    webhook_in_place,
    webhook_steps,
    webhook_unknown,
)
from app.texts.replies.channels.people import people_named, people_unknown
from app.texts.replies.channels.project_file import file_hints


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Binds them, then answers with the logins to claim and with what is still missing."""

    name: ClassVar[str] = "setup"
    usage: ClassVar[Usage] = Usage(
        "setup owner/repo",
        "connects this channel to a repository",
        synonyms=("bind", "connect", "init"),
    )

    bindings: Bindings
    policy: BindingPolicy
    github: GitHub
    ci: CI
    projects: Projects
    chat: Chat
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Check, then bind. If two people bind at once, the store lets the first one win.

        Raises `UserError` if the channel or the repository is bound already, or may not be.
        """
        here = slack_of(ask)
        if is_direct(here):
            raise UserError(DirectMessage())
        name = parse_repository(typed.args[0] if typed.args else "")
        await self.policy.require_member(here.user_id)
        repository = await self._repository(name)
        config = await self._config(repository, here)
        await self.policy.require_proof(here.user_id, repository)
        channel_name, private, hidden = await self._channel(here)
        wanted = Project(
            slack_channelid=here.channel_id,
            repository_id=repository.id,
            repository=repository.full_name,
            slack_channel=channel_name,
            private=private,
            installation_id=repository.installation_id,
            bound_at=ask.asked_at,
        )
        project = await self.bindings.bind(wanted)
        if (project.slack_channelid, project.repository_id) != (here.channel_id, repository.id):
            raise self._in_the_way(project, here)
        hints = [
            *await self._joined(here, private=private, hidden=hidden),
            *await self._ci(project, config),
            *self._people(config),
        ]
        unlinked = await self._unlinked(project, hints)
        again = project.bound_at != ask.asked_at
        if not again:
            where = {"repository": project.repository, "channel": project.slack_channelid}
            audited("bind", by=here.user_id, **where)
        return Reply(answer=bound(project, unlinked, hints, again=again))

    async def _repository(self, name: str) -> Repository:
        try:
            repository = await self.github.repository(name)
        except Refused as error:
            raise UserError(await self._named(error.reason, name), of=self.name) from error
        if repository.archived:
            archived = RepositoryArchived(repository=repository.full_name)
            raise UserError(archived, of=self.name)
        return repository

    async def _named(self, reason: Reason, name: str) -> Reason:
        """GitHub's refusal, with the name that was typed and the page to install the App."""
        if not isinstance(reason, AppNotInstalled | AppSuspended | RepositoryNotFound):
            return reason
        url = reason.url
        if not url and not isinstance(reason, AppSuspended):
            identity = await self.github.identity()
            url = f"{identity.html_url}/installations/new" if identity.html_url else ""
        return structs.replace(reason, repository=reason.repository or name, url=url)

    def _in_the_way(self, project: Project, here: SlackAddress) -> UserError:
        if project.slack_channelid == here.channel_id:
            return UserError(ChannelAlreadyBound(repository=project.repository))
        channel = "" if project.private else project.slack_channelid
        return UserError(RepositoryAlreadyBound(repository=project.repository, channel=channel))

    async def _channel(self, here: SlackAddress) -> tuple[str, bool, bool]:
        """The channel's name, whether it is private, and whether we cannot see it."""
        try:
            name, private = await self.chat.channel_name(here.channel_id)
        except Refused:
            return here.channel_name, True, True
        return name, private, False

    async def _joined(self, here: SlackAddress, *, private: bool, hidden: bool) -> list[str]:
        if private:
            return [invite_hint(private=True)] if hidden else []
        try:
            await self.chat.join(here.channel_id)
        except Refused:
            return [invite_hint(private=False)]
        return []

    async def _config(self, repository: Repository, here: SlackAddress) -> RepoConfig | str:
        """The repository's configuration, or what is wrong with it (markup).

        Raises `UserError` if it names another channel.
        """
        survey = await self.github.survey(repository.ref, target=None, environment=None)
        try:
            config = parse_config(survey.config)
        except InvalidConfig as error:
            return explain_all(error.reasons)
        if config.channel is not None and config.channel != here.channel_id:
            another = ChannelIsAnother(repository=repository.full_name, channel=config.channel)
            raise UserError(another)
        return config

    async def _ci(self, project: Project, config: RepoConfig | str) -> list[str]:
        """What is missing before the CI can run deployments and report on them (markup)."""
        if isinstance(config, str):
            return [config]
        slug = config.ci.project or self.ci.default_project(project.repository)
        try:
            barred = await self.projects.barred(project.ref, slug, config.ci.definition_id)
        except Unavailable as error:
            return [webhook_unknown(error.message)]
        if barred:
            return [explain_all(barred)]
        return [
            *await self._webhook(project, slug),
            *await self._file_gaps(project, config, slug),
        ]

    def _people(self, config: RepoConfig | str) -> list[str]:
        """A hint if the file names people (in `allow`, say): they must prove who they are."""
        keys = () if isinstance(config, str) else config.keys_naming_people()
        return [people_named(keys, provable=self.policy.provable)] if keys else []

    async def _webhook(self, project: Project, slug: str) -> list[str]:
        url = self.links.ci_webhook
        try:
            gap = await self.ci.webhook_missing(slug, url)
        except Refused as error:
            return [explain(error.reason)]
        except Unavailable as error:
            return [webhook_unknown(error.message)]
        if gap is None:
            return [webhook_in_place()]
        if gap.project_unknown:
            return [project_not_followed(slug, project.repository)]
        return [webhook_steps(gap.message, url, settings=gap.settings_url)]

    async def _file_gaps(self, project: Project, config: RepoConfig, slug: str) -> list[str]:
        """What the CI's own file on the default branch lacks; nothing if it cannot be read."""
        run = Run(
            project=slug,
            definition=config.ci.definition_id,
            workflow=config.ci.workflow,
            parameters=every_parameter(config),
        )
        path = self.ci.project_file(run, project.repository)
        if path is None:
            return []
        try:
            text = await self.github.file(project.ref, path)
        except ProviderError:
            return []
        return file_hints(self.ci.file_gaps(text, run), path)

    async def _unlinked(self, project: Project, hints: list[str]) -> list[Collaborator]:
        """The collaborators to claim; if GitHub does not list them, a hint is added instead."""
        try:
            unlinked, _ = await unlinked_of(self.github, self.bindings, project)
        except Refused as error:
            hints.append(explain(error.reason))
            return []
        except Unavailable as error:
            hints.append(people_unknown(project.repository, error.message))
            return []
        return unlinked


def is_direct(here: SlackAddress) -> bool:
    """Whether it is a direct message, between two people or in a group."""
    return (
        here.channel_id.startswith("D")
        or here.channel_name == "directmessage"
        or here.channel_name.startswith("mpdm-")
    )
