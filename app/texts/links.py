"""Where things are on GitHub, and how they are shown: refs, commits, pull requests, tickets."""

from app.model.build import Build
from app.model.github.live import Live
from app.model.github.pages import GITHUB, page
from app.model.plan import Person, RefKind, Ticket
from app.model.ref_names import SHORT_SHA, shown_ref
from app.texts.markup import code, code_link, link, mention, words


def ran_before(build: Build, live: Live) -> str:
    """What an environment ran before a deployment, in code style.

    With its commit where the ref alone would read the same as the deployment's own.
    """
    name, sha = shown_ref(live.ref), live.sha[:SHORT_SHA]
    own = shown_ref(build.ref) or build.sha[:SHORT_SHA]
    if live.ref == live.sha:
        name = sha
    return f"{code(name)} ({code(sha)})" if name == own and sha != name else code(name)


def ref_link(build: Build, html: str = GITHUB) -> str:
    """The build's ref in code style, linked."""
    name = shown_ref(build.ref) or build.sha[:SHORT_SHA]
    kind = build.plan.ref_kind if build.plan else None
    number = build.plan.pull_request if build.plan else None
    if number and kind is RefKind.PULL_REQUEST:
        return code_link(page(html, build.repository, "pull", str(number)), name)
    if kind is RefKind.SHA or name == build.sha[:SHORT_SHA]:
        return code_link(page(html, build.repository, "commit", build.sha or name), name)
    return code_link(page(html, build.repository, "tree", name), name)


def sha_link(build: Build, html: str = GITHUB) -> str:
    """The build's commit, short, in code style, linked."""
    return code_link(page(html, build.repository, "commit", build.sha), build.sha[:SHORT_SHA])


def diff_link(build: Build, html: str = GITHUB) -> str:
    """How its commit stands to what was live, linked; nothing where that is not known."""
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
    """So many commits."""
    return f"{count} commit" if count == 1 else f"{count} commits"


def _compare(build: Build, base: str, head: str, label: str, html: str) -> str:
    return link(page(html, build.repository, "compare", f"{base}...{head}"), label)


def pull_request_link(build: Build, html: str = GITHUB) -> str:
    """The pull request that the commit belongs to, linked."""
    plan = build.plan
    if plan is None or not plan.pull_request or plan.ref_kind is RefKind.PULL_REQUEST:
        return ""
    number = str(plan.pull_request)
    return link(page(html, build.repository, "pull", number), f"#{number}")


def ticket_link(ticket: Ticket) -> str:
    """A ticket, with its title where that is known."""
    if ticket.system == "asana":
        return link(ticket.url, f"Asana: {ticket.title}" if ticket.title else "Asana task")
    label = ticket.key if "#" in ticket.key else f"#{ticket.key}"
    return link(ticket.url, f"{label} {ticket.title}".strip())


def site_link(url: str) -> str:
    """Where what was deployed can be opened, as its address without the scheme; empty: nowhere."""
    return link(url, url.partition("//")[2].rstrip("/")) if url else ""


def name_of(person: Person | None, otherwise: str = "somebody") -> str:
    """A person's name as plain text, escaped: nobody is notified."""
    if person is None:
        return otherwise
    return words(person.name or person.login or "") or otherwise


def mention_of(person: Person) -> str:
    """A mention that notifies, where the person is linked; else the login, which does not."""
    if person.slack_userid:
        return mention(person.slack_userid)
    return code(person.login) if person.login else words(person.name)
