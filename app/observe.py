"""What an operator sees of the service: structured logs without secrets, and metrics."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from structlog.contextvars import bound_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

from app.errors import ProviderError

REDACTED = "[redacted]"
_TOKENS = re.compile(
    r"\b(?:gh[a-z]_[A-Za-z0-9_.\-]{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}"
    r"|CCIPAT_\w{8,})"
)
_DOTTED = re.compile(r"(?<![\w.-])[\w-]++(?:\.[\w-]++){2,}+")
"""Three or more words joined by dots. A JWT has this form; its words begin with `eyJ` (`{"`)."""
LONGEST = 4000
"""Longer values are cut to this many characters in the log."""
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


class Redact:
    """Removes secrets from a rendered log line: known ones, and everything that looks like one."""

    def __init__(self, secrets: Sequence[str]) -> None:
        lines = {line.strip() for secret in secrets for line in secret.splitlines()}
        lines |= {json.dumps(line)[1:-1] for line in lines}
        kept = sorted((line for line in lines if len(line) >= 6), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, kept))) if kept else None

    def __call__(self, _logger: WrappedLogger, _method: str, line: object) -> str:
        """The line without secrets."""
        known = self._known.sub(REDACTED, str(line)) if self._known else str(line)
        return _DOTTED.sub(_unless_jwt, _TOKENS.sub(REDACTED, known))


def _unless_jwt(found: re.Match[str]) -> str:
    return REDACTED if "eyJ" in found[0] else found[0]


class Shorten:
    """Cuts long values. Secrets are removed first: half a secret would not be recognised later."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """The log entry with its long values cut."""
        for name, value in event.items():
            if isinstance(value, str) and len(value) > LONGEST:
                event[name] = f"{self._redact(logger, method, value)[:LONGEST]}…"
        return event


class OneLine(logging.Filter):
    """Logs a malformed HTTP request, which aiohttp refuses, as one line without its content."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Make malformed HTTP a warning without a stack trace; always keeps the record."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = f"request.refused: {error.code}, malformed HTTP", ()
            record.exc_info = None
        return True


def configure_logging(
    *, level: str, form: str, secrets: Sequence[str], stream: TextIO | None = None
) -> None:
    """Send our own logs and those of all libraries to one stream (default: standard error).

    `level` is a value of the setting `LOG_LEVEL`, `form` one of `LOG_FORMAT`.
    """
    redact = Redact(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Shorten(redact),
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(form),
                redact,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=_LEVELS[level], force=True)
    logging.getLogger("aiohttp.server").filters = [OneLine()]
    ours = logging.getLogger("deploybot")
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: ours,  # finding the module's name is slow, and it is not shown
    )


def quiet_logger(name: str) -> logging.Logger:
    """Limit a library's logger to warnings, because below that it logs what people have written.

    Returns the logger.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.WARNING)
    return logger


def _renderers(form: str) -> list[Processor]:
    if form == "console":
        return [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def audited(did: str, *, by: str, **what: str | int) -> None:
    """Log a person's decision, as one line.

    `did` is bind, release, claim, unclaim, verify, deploy, rollback, force, approve, reject,
    cancel, resume, lock or unlock. `by` is the person's Slack id, if they have one.
    """
    structlog.get_logger().info("audit", did=did, by=by, **what)


def log_context(
    *,
    delivery: str | None = None,
    repository: str | None = None,
    deployment_id: int | None = None,
    ask_id: str | None = None,
) -> AbstractContextManager[Mapping[str, object] | None]:
    """Add these fields to every line that is logged inside the `with` block, in this task."""
    known = {
        "delivery": delivery,
        "repository": repository,
        "deployment_id": deployment_id,
        "ask_id": ask_id,
    }
    return bound_contextvars(**{key: value for key, value in known.items() if value is not None})


class Metrics:
    """The service's metrics, on their own Prometheus registry; times are in seconds.

    The series that alerts use are exposed from the start, at 0.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counter = partial(Counter, namespace="deploybot", registry=self.registry)
        gauge = partial(Gauge, namespace="deploybot", registry=self.registry)
        self.webhooks_accepted = counter("webhooks_accepted", "Requests acted on.", ["provider"])
        self.webhooks_refused = counter(
            "webhooks_refused", "Requests refused.", ["provider", "reason"]
        )
        self.looks = counter("looks", "Looks at a due record.", ["kind"])
        self.steps = counter("steps", "Steps done.", ["name"])
        self.provider_calls = counter("provider_calls", "Calls made.", ["provider", "call"])
        self.provider_failures = counter(
            "provider_failures", "Calls that failed.", ["provider", "kind"]
        )
        self.provider_seconds = Histogram(
            "provider_seconds",
            "How long calls took.",
            ["provider"],
            namespace="deploybot",
            registry=self.registry,
        )
        self.due_records = gauge("due_records", "Records due now.")
        self.oldest_due_seconds = gauge("oldest_due_seconds", "Age of the oldest due record.")
        self.asks_stuck = gauge("asks_stuck", "Commands and events that a provider keeps waiting.")
        self.builds_stuck = gauge("builds_stuck", "Builds whose current hop is stuck.")
        self.handler_failures = counter("handler_failures", "Defects of ours, caught.", ["where"])
        self.ended_by_defects = counter(
            "ended_by_defects", "Records that a defect of ours ended.", ["kind"]
        )
        self.store_failures = counter("store_failures", "Looks cut short by the store.")
        for where in ("look", "poll"):
            self.handler_failures.labels(where)
        for kind in ("ask", "build"):
            self.ended_by_defects.labels(kind)

    def expose(self, place: str, *, entrance: bool) -> None:
        """Expose the series of one HTTP handler at 0; `entrance` means that it takes webhooks.

        Prometheus sees no increase when a new series begins with 1, so each must begin with 0.
        """
        self.handler_failures.labels(place)
        if entrance:
            for reason in ("not recorded", "wrong signature"):
                self.webhooks_refused.labels(place, reason)

    @contextmanager
    def provider_call(self, provider: str, call: str) -> Iterator[None]:
        """Count and time one call to a provider; a failure is counted and raised again."""
        started = time.monotonic()
        self.provider_calls.labels(provider, call).inc()
        try:
            yield
        except ProviderError as error:
            self.provider_failures.labels(provider, type(error).__name__).inc()
            raise
        finally:
            self.provider_seconds.labels(provider).observe(time.monotonic() - started)
