"""The story's text: its parts and their steps."""

from dataclasses import dataclass

TAG = "v1.4.0"
"""The tag that the shop has at the beginning."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what to do; `does` is the label of the button that does it."""

    name: str
    title: str
    text: str
    command: str = ""
    does: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some steps in order; `end` is shown when all are done, its first sentence in bold."""

    name: str
    title: str
    steps: tuple[Step, ...]
    end: tuple[str, str]


ONE_DEPLOYMENT = Part(
    name="deployment",
    title="One deployment in five steps",
    steps=(
        Step(
            name="bind",
            title="Bind the channel",
            text="Tell deploybot which repository #shop deploys.",
            command="setup acme/shop",
            does="Type it for me",
        ),
        Step(
            name="claim",
            title="Say who you are",
            text="Press your GitHub login in deploybot's answer, so that it can mention you.",
            does="Press mine",
        ),
        Step(
            name="deploy",
            title="Deploy to production",
            text="One line in the channel starts a deployment on GitHub.",
            command=f"deploy production {TAG}",
            does="Type it for me",
        ),
        Step(
            name="watch",
            title="Watch it go live",
            text="CircleCI builds it and reports back. One message follows it and turns green.",
        ),
        Step(
            name="break",
            title="Break something",
            text="Let the next build fail, deploy to staging, and read what deploybot says.",
            command="deploy staging",
            does="Break it for me",
        ),
    ),
    end=(
        "That was the whole loop.",
        "There's a second part: push, preview, promote and roll back, in about a minute.",
    ),
)

A_RELEASE = Part(
    name="release",
    title="A release, and back again",
    steps=(
        Step(
            name="push",
            title="Push to main",
            text="What's pushed to main goes to preview automatically.",
            does="Push for me",
        ),
        Step(
            name="preview",
            title="Watch it reach preview",
            text="It deploys once its tests pass. Nobody had to type anything.",
        ),
        Step(
            name="promote",
            title="Promote it",
            text="Send exactly what's live in preview to production.",
            command="promote preview production",
            does="Type it for me",
        ),
        Step(
            name="rollback",
            title="Ask to roll back",
            text="Something's off? deploybot shows what would come back before it does anything.",
            command="rollback production",
            does="Type it for me",
        ),
        Step(
            name="back",
            title="Roll back",
            text="Press Roll back in its answer. The old version doesn't wait for checks.",
            does="Press it for me",
        ),
    ),
    end=(
        "Released and rolled back.",
        "Next: open a pull request, let tests fail, lock production, or change its rules.",
    ),
)

PARTS = (ONE_DEPLOYMENT, A_RELEASE)
