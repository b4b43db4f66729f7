"""Proving who a Slack user is on GitHub, with a signed link to GitHub and a code.

The link's `state` says which Slack user began; it is signed, and valid for one return from GitHub.
Whoever returns is shown a code that only that Slack user can redeem. So a link that was sent to
somebody else, or a code that somebody was tricked into passing on, proves nothing.
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from msgspec import Struct

from app.model.ask import Ask, AskKind
from app.model.plan import Person
from app.ports import Clock, Intake, Records

GOOD_FOR = 600.0
"""Seconds for which a link, and then a code, can be used."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""The characters of codes: none that can be mistaken for another."""
CODE_LENGTH = 12
"""60 bits: too many to try in ten minutes."""


class Proof(Struct, frozen=True, kw_only=True):
    """The GitHub account of whoever was at the browser, and the Slack user who began."""

    slack_userid: str
    github_user_id: int
    login: str


class _State(Struct, frozen=True, kw_only=True):
    user: str
    name: str
    at: float
    nonce: str


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """Keeps codes, and what was used, as asks that are over; `secret` signs the states."""

    intake: Intake
    records: Records
    clock: Clock
    secret: str = field(repr=False)

    def state(self, by: Person) -> str:
        """The `state` of a link for that Slack user."""
        began = _State(
            user=by.slack_userid or "",
            name=by.name,
            at=self.clock.wall(),
            nonce=secrets.token_urlsafe(12),
        )
        body = urlsafe_b64encode(msgspec.json.encode(began)).rstrip(b"=").decode()
        return f"{body}.{self._signature(body)}"

    async def accept(self, state: str) -> Person | None:
        """The Slack user who began; None if the state is forged, too old or was used before."""
        body, _, signature = state.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        began = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=_State)
        if not 0 <= self.clock.wall() - began.at <= GOOD_FOR:
            return None
        if not await self._first(f"verify-state:{_hash(state)}", by=""):
            return None
        return Person(name=began.name, slack_userid=began.user)

    async def keep(self, proof: Proof) -> str:
        """Keep the proof; returns its code as it is shown, in groups of four characters."""
        code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        await self.intake.add_ask(
            self._at_rest(f"verify:{_hash(code)}", msgspec.to_builtins(proof))
        )
        return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))

    async def redeem(self, typed: str, *, by: str, ask_id: str) -> Proof | None:
        """What a code proves; None if it is unknown, too old, somebody else's, or used.

        `by` is the Slack user who typed it. The same ask may redeem a code again.
        """
        code = "".join(sign for sign in typed.upper() if sign.isalnum())
        kept = await self.records.ask(f"verify:{_hash(code)}")
        if kept is None or not 0 <= self.clock.wall() - kept.asked_at <= GOOD_FOR:
            return None
        proof = msgspec.convert(kept.body, Proof)
        if not hmac.compare_digest(proof.slack_userid.encode(), by.encode()):
            return None
        return proof if await self._first(f"verified:{_hash(code)}", by=ask_id) else None

    async def _first(self, key: str, *, by: str) -> bool:
        """Whether this is the first use, or a repeated one by the same ask."""
        if await self.intake.add_ask(self._at_rest(key, {"by": by})):
            return True
        used = await self.records.ask(key)
        return bool(by) and used is not None and used.body.get("by") == by

    def _at_rest(self, key: str, body: dict[str, str | int]) -> Ask:
        """An ask that is over from the start: it only keeps the body."""
        now = self.clock.wall()
        return Ask(
            ask_id=key,
            kind=AskKind.NOTICE,
            asked_at=now,
            answered_at=now,
            body={**body},
        )

    def _signature(self, body: str) -> str:
        key = sha256(b"deploybot verify state\n" + self.secret.encode()).digest()
        return hmac.new(key, body.encode(), sha256).hexdigest()


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
