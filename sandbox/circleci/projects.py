"""The projects that CircleCI follows, and the webhooks set up for them by hand."""

from collections.abc import Callable
from typing import Any

from sandbox.circleci.state import Project, State, Webhook, short_slug
from sandbox.core.clock import Clock


class Projects:
    """Every slug may be spelled `gh/…` or `github/…`."""

    state: State
    clock: Clock
    bot_url: Callable[[], str] | None
    webhook_secret: str

    def add_project(self, slug: str, **settings: Any) -> Project:
        """A project that CircleCI follows; `settings` are fields of `Project`."""
        slug = short_slug(slug)
        _, organization, name = slug.split("/")
        settings.setdefault("repository_url", f"https://github.com/{organization}/{name}")
        settings.setdefault("organization", organization)
        settings.setdefault("name", name)
        project = Project(slug=slug, **settings)
        self.state.projects[slug] = project
        return project

    def add_webhook(self, slug: str, *, url: str = "", events: list[str] | None = None) -> Webhook:
        """An outbound webhook set up by hand, to the bot unless `url` says otherwise."""
        project = self.project(slug)
        webhook = Webhook(
            name="deploybot",
            url=url or f"{self.bot_url() if self.bot_url else ''}/circleci/webhook",
            events=events or ["workflow-completed"],
            secret=self.webhook_secret,
            project_id=project.id,
            created_at=self.clock(),
        )
        project.webhooks.append(webhook)
        return webhook

    def project(self, slug: str) -> Project:
        """A project by its slug, which must exist."""
        found = self.state.project(slug)
        if found is None:
            raise LookupError(slug)
        return found
