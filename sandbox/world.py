"""The stand-ins for GitHub, CircleCI and Slack together, with one shop and two people."""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.circleci import EVERY_JOB, CircleCIStandIn
from sandbox.circleci.state import Commit as BuiltCommit
from sandbox.circleci.state import Course
from sandbox.github import GitHubStandIn
from sandbox.slack import SlackStandIn

REPOSITORY = "acme/shop"
PEOPLE = {"dana": "octocat", "sam": "hubot"}
"""The people: their Slack names and their GitHub logins."""

PORT = 8080

PIPELINES = """\
version: 2.1
parameters:
  deployment_id: {type: string, default: ""}
  environment: {type: string, default: ""}
  ref: {type: string, default: ""}
  sha: {type: string, default: ""}
  version: {type: string, default: ""}
  url: {type: string, default: ""}
  task: {type: string, default: ""}
jobs:
  release:
    docker: [{image: "cimg/base:stable"}]
    steps:
      - checkout
      - run: git checkout << pipeline.parameters.sha >>
      - run: ./ci/release.sh
workflows:
  deploy:
    when: << pipeline.parameters.deployment_id >>
    jobs:
      - release:
          filters: {tags: {only: /.*/}}
"""
"""The shop's `.circleci/config.yml`, which can deploy branches and tags."""


class World:
    """The three providers, wired to each other, with secrets made for this run.

    `config` is the text of `.github/deploybot.yml` (None: there is no such file). With
    `ci_on_push` every push to a branch starts a pipeline, as CircleCI does for a project that it
    follows. `tests` is the course of such pipelines (None: the same as for all others), and
    `next_tests` the course of only the next one.
    """

    def __init__(
        self,
        *,
        repository: str = REPOSITORY,
        config: str | None = None,
        ci_on_push: bool = False,
        **circleci: Any,
    ) -> None:
        self.repository = repository
        self.public_url = f"http://127.0.0.1:{PORT}"
        self.ci_on_push = ci_on_push
        self.tests: Course | None = None
        self.next_tests: Course | None = None
        self.private_key, public_key = own_key_pair()
        self.github = GitHubStandIn(
            public_key=public_key,
            webhook_secret=secrets.token_hex(20),
            app_owner=repository.partition("/")[0],
        )
        self.circleci = CircleCIStandIn(bot_url=self._bot, **circleci)
        self.slack = SlackStandIn(bot_url=self._bot)
        self._wire()
        self._furnish(config)

    @property
    def slug(self) -> str:
        """The slug of the shop's CircleCI project."""
        return f"gh/{self.repository}"

    async def start(self) -> None:
        """Start all three servers; only then does `environ` know their addresses."""
        for provider in (self.github, self.circleci, self.slack):
            await provider.start()

    async def stop(self) -> None:
        """Stop all three servers."""
        for provider in (self.slack, self.circleci, self.github):
            await provider.stop()

    async def settle(self) -> None:
        """Wait until the providers have no deliveries or other work under way."""
        await self.circleci.settle()
        await self.slack.settle()
        await self.github.deliverer.settle()

    def environ(
        self,
        public_url: str = f"http://127.0.0.1:{PORT}",
        store_url: str = "sqlite:///deploybot.db",
    ) -> dict[str, str]:
        """The bot's whole environment; the providers send their webhooks to `public_url`."""
        self.public_url = public_url
        self.github.webhook_url = f"{public_url}/github/webhook"
        self.github.app_record.callback_url = f"{public_url}/github/callback"
        for webhook in self.circleci.project(self.slug).webhooks:
            webhook.url = f"{public_url}/circleci/webhook"
        return {
            "GITHUB_APP_ID": str(self.github.app_record.id),
            "GITHUB_PRIVATE_KEY": self.private_key,
            "GITHUB_WEBHOOK_SECRET": self.github.webhook_secret,
            "GITHUB_API_URL": self.github.url,
            "SLACK_BOT_TOKEN": self.slack.token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "CIRCLECI_TOKEN": self.circleci.token,
            "CIRCLECI_WEBHOOK_SECRET": self.circleci.webhook_secret,
            "CIRCLECI_API_URL": self.circleci.api_url,
            "PUBLIC_URL": public_url,
            "STORE_URL": store_url,
            "LOG_FORMAT": "console",
        }

    def listen(self, listener: Callable[[str, dict[str, Any]], None]) -> None:
        """Call `listener` with every change at any of the three providers."""
        for provider in (self.github, self.circleci, self.slack):
            provider.on_change.append(listener)

    def _bot(self) -> str:
        return self.public_url

    def _wire(self) -> None:
        self.circleci.resolve_ref = self._built
        self.circleci.on_job_status = self._report
        self.circleci.on_check_run = self._check
        self.github.on_change.append(self._pushed)

    def _furnish(self, config: str | None) -> None:
        """Make the shop: a few commits, a tag, two collaborators, its CI project and channel."""
        files = {".circleci/config.yml": PIPELINES}
        if config is not None:
            files[".github/deploybot.yml"] = config
        logins = dict.fromkeys(PEOPLE.values(), "write") | {PEOPLE["dana"]: "admin"}
        self.github.add_repository(
            self.repository, files, logins, environments=("production", "staging")
        )
        self.github.push(self.repository, message="Sell hats", author="octocat")
        self.github.push(self.repository, message="Count the hats (#1)", author="hubot")
        self.github.tag(self.repository, "v1.4.0")
        self.github.push(self.repository, message="Wrap the hats", author="octocat")
        self.circleci.add_project(self.slug, tag_filters=EVERY_JOB)
        self.circleci.add_webhook(self.slug)
        self.channel = self.slack.add_channel("shop")

    def _full_name(self, slug: str) -> str:
        project = self.circleci.project(slug)
        return f"{project.organization}/{project.name}"

    def _built(self, slug: str, branch: str | None, tag: str | None) -> BuiltCommit | None:
        repo = self._full_name(slug)
        ref = f"refs/tags/{tag}" if tag else branch or "HEAD"
        name = ref if tag or ref.startswith("pull/") else f"refs/heads/{ref}"
        sha = self.github.head(repo, name)
        if sha is None:
            return None
        commit = self.github.commit_of(repo, sha)
        subject, _, body = commit.message.partition("\n")
        return BuiltCommit(sha=sha, subject=subject, body=body.strip(), author=commit.name)

    def _report(self, slug: str, sha: str, context: str, state: str, url: str) -> None:
        """Set a commit status for a job, as CircleCI does on the revision that it built."""
        self.github.commit_status(self._full_name(slug), sha, context, state, url=url)

    def _check(self, slug: str, sha: str, name: str, state: str, url: str) -> None:
        """Set a check run for a workflow, as CircleCI does if GitHub Checks are enabled."""
        app = "circleci-app" if self.circleci.project(slug).by_app else "circleci-checks"
        repo = self._full_name(slug)
        self.github.set_check(repo, sha, name, state, kind="check_run", app=app, url=url)

    def _pushed(self, kind: str, event: dict[str, Any]) -> None:
        if not self.ci_on_push or kind != "github.push" or event["deleted"]:
            return
        slug = f"gh/{event['repository']['full_name']}"
        branch = event["ref"].removeprefix("refs/heads/")
        if branch != event["ref"] and self.circleci.state.project(slug) is not None:
            course, self.next_tests = self.next_tests or self.tests, None
            self.circleci.push(slug, branch, course=course)


@cache
def own_key_pair() -> tuple[str, str]:
    """The key pair that all worlds of this process share, because making one takes a while."""
    return new_key_pair()


def new_key_pair() -> tuple[str, str]:
    """An RSA key for one run, as PEM: private and public."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()
