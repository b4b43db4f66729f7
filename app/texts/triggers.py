"""The words for what triggered a deployment: on cards, on GitHub, in `status` and in dry runs."""

from dataclasses import dataclass

from app.model.build import Build
from app.model.triggers import SourceKind, Trigger
from app.texts.links import name_of
from app.texts.markup import mention, words


@dataclass(frozen=True, kw_only=True)
class TriggerWords:
    """Parts of sentences: "<verb> by dana", "v1, <unattended>", "requested by dana<how>"."""

    verb: str = "requested"
    unattended: str = "by deploybot"
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class EventWords(TriggerWords):
    """Also for events: "<subject> `main` wasn't deployed", "<event> `main` would now deploy"."""

    subject: str
    event: str


SOURCES = {
    SourceKind.PUSH: EventWords(
        verb="pushed", unattended="by a push", subject="Branch", event="A push to"
    ),
    SourceKind.TAG: EventWords(verb="tagged", unattended="by a tag", subject="Tag", event="A tag"),
    SourceKind.PULL_REQUEST: EventWords(
        unattended="by its pull request", subject="Pull request", event="A pull request"
    ),
}

_REQUESTED: dict[str, TriggerWords] = {
    Trigger.API: TriggerWords(how=" with GitHub's API"),
    Trigger.COMMENT: TriggerWords(how=" in a comment"),
    Trigger.PROMOTE: TriggerWords(how=" as a promotion"),
    Trigger.RETRY: TriggerWords(how=" as a retry"),
    Trigger.ROLLBACK: TriggerWords(how=" as a rollback"),
}

_WORDS = _REQUESTED | {str(kind): event for kind, event in SOURCES.items()}


def trigger_words(trigger: str) -> TriggerWords:
    """The words for a build's trigger; those for a command if the trigger is unknown."""
    return _WORDS.get(trigger, TriggerWords())


def asked_by(
    trigger: str, who: str, pull_request: int | None, promoted_from: str | None = None
) -> str:
    """Who a deployment is from, such as "pushed by Dana"; `who` must be escaped already."""
    if promoted_from:
        return f"promoted from {words(promoted_from)} by {who}"
    if trigger == SourceKind.PULL_REQUEST:
        return f"for {f'#{pull_request}' if pull_request else 'a pull request'} by {who}"
    return f"{trigger_words(trigger).verb} by {who}"


def asker_of(build: Build, otherwise: str = "somebody", *, mentioned: bool = False) -> str:
    """Who a deployment is from (markup); `otherwise` if the person isn't known.

    With `mentioned`, a person who is linked is mentioned, which notifies them.
    """
    plan, asker = build.plan, build.requester
    linked = mentioned and asker is not None and asker.slack_userid
    who = mention(linked) if linked else name_of(asker, otherwise)
    if plan is None:
        return asked_by(build.trigger, who, None)
    return asked_by(build.trigger, who, plan.pull_request, plan.payload.promoted_from)
