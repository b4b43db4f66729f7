"""What was asked for, and what GitHub and Slack show of it: kept up to date by their events."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sandbox.github.records import Deployment
from sandbox.world import World
from tests.chaos.town import PUSHED, Shop

FINAL = frozenset({"success", "failure", "error", "inactive"})
LIVE, OUTCOME = "deploybot_deployment", "deploybot_outcome"


def state_of(deployment: Deployment) -> str:
    """What the service said last: GitHub itself calls an older success `inactive`, without a word.

    https://docs.github.com/en/rest/deployments/statuses (`auto_inactive`)
    """
    states = [status.state for status in deployment.statuses]
    if states[-2:] == ["success", "inactive"] and not deployment.statuses[-1].description:
        return "success"
    return states[-1] if states else ""


ALOUD = {"lock": "locked", "unlock": "unlocked", "resume": "resumed"}
"""Commands of which the channel is told, and the word by which."""

NOTICE = "I'll keep trying"
"""How the bot ends what it says while a provider keeps a command waiting: an answer is owed."""


@dataclass(kw_only=True)
class Wish:
    """One request of a person. `way` is the `response_url` of the attempt that was acknowledged.

    `user` asks. `deployment` is known at once where the person made it by the API; `retry_of` is the
    deployment that is to be repeated. `at` is when it was first asked for, epoch seconds.
    """

    number: int
    kind: str
    user: str
    shop: Shop
    environment: str
    ref: str
    at: float
    acknowledged: bool = False
    way: str = ""
    deployment: int | None = None
    retry_of: int | None = None
    text: str = ""


@dataclass(kw_only=True)
class Ledger:
    """Deployments with what the channel shows of each.

    `whispers` are when somebody was last answered unseen by others and what, by their id and the
    channel's.
    """

    world: World
    wishes: list[Wish] = field(default_factory=list)
    deployments: dict[int, Deployment] = field(default_factory=dict)
    by_ref: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    retries: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    rollbacks: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    live: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    whispers: dict[tuple[str, str], tuple[float, str]] = field(
        default_factory=lambda: defaultdict(lambda: (0.0, ""))
    )
    outcomes: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def listen(self) -> None:
        """Follow the providers."""
        self.world.listen(self._event)

    def answered(self, wish: Wish) -> bool:
        """Whether the person got something for it: a deployment, or an answer."""
        return (
            bool(self.made_for(wish))
            or self.used(wish.way)
            or self.whispered(wish)
            or (wish.kind in ALOUD and self.said(wish))
        )

    def used(self, way: str) -> bool:
        """Whether something was answered to a `response_url`, more than that it takes time."""
        known = self.world.slack.response_urls.ways.get(way)
        return known is not None and any(NOTICE not in text for text in known.said)

    def whispered(self, wish: Wish) -> bool:
        """Whether the person was answered in the channel, where the `response_url` is used up."""
        known = self.world.slack.response_urls.ways.get(wish.way)
        return known is not None and self.whispers[known.user, known.channel][0] > wish.at

    def heard(self, wish: Wish) -> list[str]:
        """What the person was answered, unseen by others or in the channel."""
        known = self.world.slack.response_urls.ways.get(wish.way)
        if known is None:
            return []
        whispered = [self.whispers[known.user, known.channel][1]] if self.whispered(wish) else []
        return [*known.said, *whispered, *self._aloud(wish)]

    def said(self, wish: Wish) -> bool:
        """Whether the channel was told what came of it."""
        return any(ALOUD[wish.kind] in text for text in self._aloud(wish))

    def _aloud(self, wish: Wish) -> list[str]:
        """What the channel was told since about the environment."""
        return [
            message.text
            for message in self.world.slack.messages(wish.shop.name)[-50:]
            if float(message.ts) > wish.at and wish.environment in message.text
        ]

    def refused(self) -> Counter[str]:
        """How often which answer (its beginning) was given to a wish instead of a deployment."""
        heard = (self.heard(wish) for wish in self.wishes if not self.made_for(wish))
        return Counter(said[-1][:40] if said else "nothing" for said in heard)

    def made_for(self, wish: Wish) -> list[int]:
        """The deployments that came of a wish."""
        if wish.deployment is not None:
            return [wish.deployment]
        if wish.retry_of is not None:
            return self.retries[wish.retry_of]
        if not wish.ref:
            return []
        return self.by_ref[f"{wish.shop.repository}:{wish.ref}"]

    def typed_again(self) -> int:
        """Deployments of what a command had deployed before it was typed again."""
        by_ref = self.by_ref.items()
        return sum(
            len(made) - 1 for name, made in by_ref if made and not name.endswith(f":{PUSHED}")
        )

    def settled(self, number: int) -> bool:
        """Whether a deployment ended on GitHub, the channel says the same, and people know."""
        state = state_of(self.deployments[number])
        shown = self.live[number]
        told = bool(self.outcomes[number]) or state == "inactive"
        return state in FINAL and list(shown.values()) == [state] and told

    def open(self) -> list[Deployment]:
        """Deployments that have begun, and that GitHub does not say have ended."""
        every = self.deployments.values()
        return [one for one in every if one.statuses and state_of(one) not in FINAL]

    def unsettled(self) -> list[int]:
        """Deployments that have not settled."""
        return [number for number in self.deployments if not self.settled(number)]

    def _event(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "github.deployment":
            self._deployment(data)
        elif kind == "slack.ephemeral":
            if NOTICE not in data["text"]:
                self.whispers[data["only_for"], data["channel"]] = float(data["ts"]), data["text"]
        elif kind in {"slack.message", "slack.update", "slack.delete"}:
            self._message(kind, data)

    def _deployment(self, data: dict[str, Any]) -> None:
        number, name = data["deployment"]["id"], data["repository"]["full_name"]
        deployment = self.world.github.hub.state.repository(name).deployments[number]
        if number in self.deployments:
            return
        self.deployments[number] = deployment
        payload = deployment.payload if isinstance(deployment.payload, dict) else {}
        ours = payload.get("deploybot") or {}
        again = ours.get("retry_of")
        if again:
            self.retries[again].append(number)
        elif ours.get("rollback_of"):
            self.rollbacks[name, deployment.environment].append(number)
        else:
            self.by_ref[f"{name}:{deployment.ref}"].append(number)

    def _message(self, kind: str, data: dict[str, Any]) -> None:
        metadata = data["metadata"] or {}
        said = metadata.get("event_payload") or {}
        if kind == "slack.delete":
            for shown in self.live.values():
                shown.pop(data["ts"], None)
        elif metadata.get("event_type") == LIVE:
            number = int(said["deployment_id"])
            self.live[number][data["ts"]] = said["state"]
        elif metadata.get("event_type") == OUTCOME and kind == "slack.message":
            self.outcomes[int(said["outcome"].partition(":")[0])][said["outcome"]] += 1
