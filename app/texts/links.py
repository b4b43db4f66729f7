"""Refs, commits, pull requests, tickets and people, as messages show them (markup).

`html` is the base URL of GitHub's pages; GitHub Enterprise has one of its own.
"""

from app.model.build import Build
from app.model.github.live import Live
from app.model.github.refs import SHORT_SHA, ref_or_sha, shown_ref
from app.model.github.repository import GITHUB_SITE, page
from app.model.plan import Person, Plan, RefKind, Ticket
from app.texts.markup import bold, code, code_link, link, mention, words


def ref_and_sha(ref: str, sha: str) -> str:
    """A ref and its commit in code style: "`main` (`3f9c2d1`)"; a bare commit is named once."""
    name, short = shown_ref(ref), sha[:SHORT_SHA]
    return code(short) if name in ("", sha, short) else f"{code(name)} ({code(short)})"


def what_where(of: Build | Plan) -> str:
    """What is deployed where, such as "`v1.4.0` to *production*"."""
    return f"{code(ref_or_sha(of.ref, of.sha))} to {bold(of.environment)}"


def ran_before(build: Build, live: Live) -> str:
    """The ref that was live before a deployment, in code style.

    Its commit is added if the deployment's own ref reads the same, as for two commits of `main`.
    """
    name = ref_or_sha(live.ref, live.sha)
    return (
        ref_and_sha(live.ref, live.sha) if name == ref_or_sha(build.ref, build.sha) else code(name)
    )


def ref_link(build: Build, html: str = GITHUB_SITE) -> str:
    """The deployment's ref in code style, linked."""
    name = ref_or_sha(build.ref, build.sha)
    kind = build.plan.ref_kind if build.plan else None
    number = build.plan.pull_request if build.plan else None
    if number and kind is RefKind.PULL_REQUEST:
        return code_link(page(html, build.repository, "pull", str(number)), name)
    if kind is RefKind.SHA or name == build.sha[:SHORT_SHA]:
        return code_link(page(html, build.repository, "commit", build.sha or name), name)
    return code_link(page(html, build.repository, "tree", name), name)


def sha_link(build: Build, html: str = GITHUB_SITE) -> str:
    """The deployment's commit as a short SHA in code style, linked."""
    return code_link(page(html, build.repository, "commit", build.sha), build.sha[:SHORT_SHA])


def diff_link(build: Build, html: str = GITHUB_SITE) -> str:
    """How the deployment's commit compares with what was live, linked; empty if it doesn't."""
    live = build.plan.live if build.plan else None
    if live is None or live.sha == build.sha:
        return ""
    compared = build.plan.compared if build.plan else None
    if compared is None or not compared.behind:
        return _compare(build, live.sha, build.sha, "changes since the last success", html)
    verb = "was" if build.state.ended else "is"
    which = f"{shown_ref(live.ref)}, which {verb} live"
    behind = commits(compared.behind)
    if compared.older:
        return _compare(build, build.sha, live.sha, f"{behind} behind {which}", html)
    ahead = f"{commits(compared.ahead)} ahead of"
    return _compare(build, live.sha, build.sha, f"{ahead} and {behind} behind {which}", html)


def commits(count: int) -> str:
    """A number of commits, such as `1 commit` or `12 commits`."""
    return f"{count} commit" if count == 1 else f"{count} commits"


def _compare(build: Build, base: str, head: str, label: str, html: str) -> str:
    return link(page(html, build.repository, "compare", f"{base}...{head}"), label)


def pull_request_link(build: Build, html: str = GITHUB_SITE) -> str:
    """The commit's pull request, linked; empty if there is none, or if the ref already names it."""
    plan = build.plan
    if plan is None or not plan.pull_request or plan.ref_kind is RefKind.PULL_REQUEST:
        return ""
    number = str(plan.pull_request)
    return link(page(html, build.repository, "pull", number), f"#{number}")


def ticket_link(ticket: Ticket) -> str:
    """A ticket, linked, with its title if that is known."""
    if ticket.system == "asana":
        return link(ticket.url, f"Asana: {ticket.title}" if ticket.title else "Asana task")
    label = ticket.key if "#" in ticket.key else f"#{ticket.key}"
    return link(ticket.url, f"{label} {ticket.title}".strip())


def site_link(url: str) -> str:
    """A link to the deployed site, labelled without `https://`; empty without a URL."""
    return link(url, url.partition("//")[2].rstrip("/")) if url else ""


def name_of(person: Person | None, otherwise: str = "somebody") -> str:
    """A person's name, escaped. Unlike a mention, it notifies nobody."""
    if person is None:
        return otherwise
    return words(person.display_name) or otherwise


def mention_of(person: Person) -> str:
    """A mention, which notifies the person; the login or name of somebody who isn't linked."""
    if person.slack_userid:
        return mention(person.slack_userid)
    return code(person.login) if person.login else words(person.name)
