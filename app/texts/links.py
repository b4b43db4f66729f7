"""Where things are on GitHub, and how they are shown: refs, commits, pull requests, tickets."""

from app.model.build import Build
from app.model.pages import GITHUB, page
from app.model.plan import Person, RefKind, Ticket
from app.model.reasons.base import StillLive
from app.model.ref_names import SHORT_SHA, shown_ref
from app.texts.markup import code, code_link, link, mention, words


def what_runs(live: StillLive) -> str:
    """What an environment runs, in code style; with its commit where that is told."""
    name = shown_ref(live.ref)
    return f"{code(name)} ({code(live.sha)})" if live.sha not in ("", name) else code(name)


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
    """What changed since the last success there, linked; nothing where that is not known."""
    previous = build.plan.previous_sha if build.plan else None
    if not previous or previous == build.sha:
        return ""
    span = f"{previous}...{build.sha}"
    return link(page(html, build.repository, "compare", span), "changes since the last success")


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
