"""Deployments by others than the bot: a person, a GitHub Actions job, a service like Vercel."""

from typing import Any

from sandbox.github.changes.deploying import (
    NewDeployment,
    NewStatus,
    create_deployment,
    post_status,
)
from sandbox.github.hub import Hub
from sandbox.github.records import Deployment, DeploymentStatus, Repository, User


class DeploymentActions:
    """Deployments that the bot did not make; `repo` is `owner/name`."""

    hub: Hub

    def person_deploys(
        self,
        repo: str,
        environment: str = "production",
        ref: str = "",
        login: str = "octocat",
        *,
        payload: Any = None,
        description: str | None = None,
        transient: bool = False,
        task: str = "deploy",
    ) -> Deployment:
        """Deploy as a person with `gh api`: the creator is a `User`; no app, no workflow run."""
        return self._deploy(
            repo,
            environment,
            ref,
            self.hub.state.user(login),
            payload=payload,
            description=description,
            transient=transient,
            task=task,
        )

    def actions_deploys(
        self, repo: str, environment: str = "production", ref: str = "", login: str = "octocat"
    ) -> Deployment:
        """Deploy as an Actions job with `environment:`.

        The creator is a person, the app is `github-actions`, and there is a workflow run.
        """
        app = self.hub.state.app("github-actions", owner=self._github(), name="GitHub Actions")
        person = self.hub.state.user(login)
        deployment = self._deploy(repo, environment, ref, person, app=app, from_actions=True)
        by_actions = NewStatus(state="in_progress", creator=app.bot, app=app)
        post_status(self.hub, deployment, by_actions)
        return deployment

    def vercel_deploys(self, repo: str, environment: str = "Preview", ref: str = "") -> Deployment:
        """Deploy as Vercel does: the creator is a `Bot`, the app is null, the ref is a SHA."""
        bot = self.hub.state.app("vercel", name="Vercel").bot
        _, sha, _ = self._ref(repo, ref)
        deployment = self._deploy(repo, environment, sha, bot, production=False)
        post_status(self.hub, deployment, NewStatus(state="pending", creator=bot))
        return deployment

    def post_status_as(
        self,
        deployment: Deployment,
        state: str,
        login: str = "octocat",
        *,
        description: str = "",
        log_url: str = "",
        environment_url: str = "",
        environment: str | None = None,
    ) -> DeploymentStatus:
        """Post a status as a person, or as a bot (`login` ends in `[bot]`).

        A status that names another `environment` moves the deployment there.
        """
        new = NewStatus(
            state=state,
            creator=self.hub.state.account(login),
            description=description,
            log_url=log_url,
            environment_url=environment_url,
            environment=environment,
        )
        return post_status(self.hub, deployment, new)

    def deployments(self, repo: str) -> list[Deployment]:
        """A repository's deployments, oldest first."""
        return list(self.hub.state.repository(repo).deployments.values())

    def _deploy(
        self, repo: str, environment: str, ref: str, creator: User, **more: Any
    ) -> Deployment:
        repository, sha, name = self._ref(repo, ref)
        new = NewDeployment(
            repository=repository,
            sha=sha,
            ref=name,
            creator=creator,
            environment=environment,
            **more,
        )
        return create_deployment(self.hub, new)

    def _ref(self, repo: str, ref: str) -> tuple[Repository, str, str]:
        repository = self.hub.state.repository(repo)
        name = ref or repository.default_branch
        sha = self.hub.state.resolve(repository, name)
        if sha is None:
            raise KeyError(name)
        return repository, sha, name

    def _github(self) -> User:
        return self.hub.state.user("github", kind="Organization")
