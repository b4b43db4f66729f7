"""Why a deployment is barred or waits, and what ended one that had begun to wait."""

from app.texts.failures.failure import Details, Failure
from app.texts.markup import code


def _checks_failed(d: Details) -> str:
    names = d.links("checks", "urls")
    count = len(d.lines("checks"))
    verb = "have failed" if count > 1 else "has failed"
    who = d.text("force")
    force = f"{who} may deploy anyway" if who else "Whoever is sure may deploy anyway"
    return (
        f"{names or 'A check'} {verb} on {d.code('sha', 'this commit')}. Mend it and push, or "
        f"run it again. {force} with {code('--force')}."
    )


def _checks_pending(d: Details) -> str:
    if not d.lines("checks") and d.raw("until"):
        until = d.time("until")
        return f"No check was reported on this commit yet. Starts by itself at {until} without one."
    running, missing = d.links("checks", "urls"), d.codes("missing")
    verb = "are" if len(d.lines("checks")) > 1 else "is"
    absent = "were" if len(d.lines("missing")) > 1 else "was"
    waited = [
        f"{running or 'A check'} {verb} still running" if running or not missing else "",
        f"{missing} {absent} not reported yet" if missing else "",
    ]
    green, total = d.text("green"), d.text("total")
    counted = f" ({green} of {total} green)" if green and total else ""
    shown = ", ".join(part for part in waited if part)
    return f"{shown}{counted}. Starts by itself when green."


def _busy(d: Details) -> str:
    number = d.text("running")
    ref = f" of {d.code('ref')}" if d.raw("ref") else ""
    which = d.link("url", f"Deployment {number}" if number else "Another deployment")
    place = d.raw("position")
    line = "next in line" if place in {"", "1"} else f"number {d.text('position')} in line"
    replaced = d.so("replaced", " It replaces deployment {}, which was older.")
    return (
        f"{which}{ref} has {d.bold('environment', 'this environment')}. "
        f"This one is {line} and starts by itself.{replaced}"
    )


def _superseded(d: Details) -> str:
    number = d.text("by")
    by = d.link("url", f"deployment {number}") if number else "a newer deployment"
    if d.raw("workflow"):
        return (
            "Superseded: CircleCI canceled it in favour of a newer pipeline of the same branch or "
            "group. Press *Retry* if it should run all the same."
        )
    return f"Superseded by {by}. There is nothing to do."


def _canceled(d: Details) -> str:
    still = d.raw("runs")
    runs = f" {d.bold('environment')} still runs {code(still)}." if still else ""
    at = d.time("at")
    when = f" at {at}" if at else ""
    return f"Canceled by {d.text('by', 'somebody')}{when}.{runs}"


def _refused_on_github(d: Details) -> str:
    return (
        f"A deployment that {d.text('creator', 'somebody')} created on GitHub was refused"
        f"{d.so('reasons', ': {}')}. "
        "Mend what is in the way, then create it again or press *Retry*."
    )


def _configuration_invalid(d: Details) -> str:
    where = d.code("file", code(".github/deploybot.yml"))
    line = d.so("line", ", line {}")
    key = d.code("key")
    problem = d.text("problem", "it cannot be read")
    guess = d.code("closest")
    meant = f" Did you mean {guess}?" if guess else ""
    what = f"{key}: {problem}" if key else problem
    return f"{where}{line} is wrong: {what.rstrip('.')}.{meant}"


def _configuration_unreadable(d: Details) -> str:
    return (
        f"I could not read {d.code('file', code('.github/deploybot.yml'))}, "
        f"GitHub answered{d.quote(lead=' ')} "
        "An older copy is not used in its place. Type the command again when GitHub answers."
    )


def _ref_gone(d: Details) -> str:
    return (
        f"{d.code('ref', 'The ref')} was deleted before its pipeline started. "
        "Deploy another branch or tag."
    )


_CHECKS = {
    "checks": "test\nlint",
    "urls": "https://github.com/acme/shop/runs/1\nhttps://github.com/acme/shop/runs/2",
}

GATES = (
    Failure(
        "checks_failed",
        "A check that counts is red on the commit.",
        _checks_failed,
        {**_CHECKS, "sha": "3f9c2d1"},
        undeployed=True,
    ),
    Failure(
        "checks_pending",
        "A check that counts has not finished.",
        _checks_pending,
        {"checks": "ci/build", "green": "2", "total": "3"},
    ),
    Failure(
        "busy",
        "Another deployment has the environment: it runs there, or waits for an approval.",
        _busy,
        {"environment": "production", "running": "811", "ref": "v1.3.9", "position": "1"},
    ),
    Failure(
        "superseded",
        "A newer automatic deployment took its place in the line, or CircleCI skipped it.",
        _superseded,
        {"by": "813", "url": "https://github.com/acme/shop/deployments/preview"},
    ),
    Failure(
        "canceled",
        "A person canceled it.",
        _canceled,
        {"by": "Dana", "environment": "production", "runs": "v1.3.9"},
    ),
    Failure(
        "refused_on_github",
        "A person's deployment, created with GitHub's API, that a gate bars.",
        _refused_on_github,
        {"creator": "octocat", "reasons": "test has failed on 3f9c2d1"},
    ),
    Failure(
        "configuration_invalid",
        "`.github/deploybot.yml` has an unknown key or a wrong value.",
        _configuration_invalid,
        {
            "file": ".github/deploybot.yml",
            "line": "7",
            "key": "enviroments",
            "problem": "unknown key",
            "closest": "environments",
        },
        undeployed=True,
        ending="Nothing deploys until it is mended on the default branch.",
    ),
    Failure(
        "configuration_unreadable",
        "GitHub does not hand out `.github/deploybot.yml`.",
        _configuration_unreadable,
        {"file": ".github/deploybot.yml", "message": "Server Error"},
        undeployed=True,
    ),
    Failure(
        "ref_gone",
        "The branch or tag is deleted while its deployment waits.",
        _ref_gone,
        {"ref": "refund-rounding"},
        undeployed=True,
    ),
)
