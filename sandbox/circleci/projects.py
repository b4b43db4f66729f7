"""Sets up the projects that CircleCI follows, and their webhooks."""

from collections.abc import Callable
from typing import Any

from sandbox.circleci.state import Project, State, Webhook, short_slug
from sandbox.core.clock import Clock


class Projects:
    """Adds and finds projects; a slug may begin with `gh/` or `github/`."""

    state: State
    clock: Clock
    bot_url: Callable[[], str] | None
    webhook_secret: str

    def add_project(self, slug: str, **settings: Any) -> Project:
        """Add a project that CircleCI follows; `settings` are fields of `Project`."""
        slug = short_slug(slug)
        _, organization, name = slug.split("/")
        settings.setdefault("repository_url", f"https://github.com/{organization}/{name}")
        settings.setdefault("organization", organization)
        settings.setdefault("name", name)
        project = Project(slug=slug, **settings)
        self.state.projects[slug] = project
        return project

    def add_webhook(self, slug: str, *, url: str = "", events: list[str] | None = None) -> Webhook:
        """Set up an outbound webhook by hand; it goes to the bot unless `url` is given."""
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
