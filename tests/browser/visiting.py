"""Somebody at the demo's page with a real browser."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("browser"),
]
"""Marks of tests that visit: all in one worker, which has one tab."""
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
BUILD = 30_000
"""Milliseconds that a build may take here."""


@asynccontextmanager
async def visit(tab: Page, address: str, size: dict[str, int]) -> AsyncIterator[Page]:
    """The page as it opens; loading it takes a second, so a visit goes on where the last one ended.

    Anything that the console or the network complains of fails the test.
    """
    if not tab.url.startswith(address):
        await tab.goto("about:blank")
    complaints: list[str] = []
    foreign: list[str] = []
    listeners: dict[str, Callable[[Any], None]] = {
        "console": lambda said: complaints.append(said.text) if said.type == "error" else None,
        "pageerror": lambda error: complaints.append(str(error)),
        "requestfailed": lambda request: complaints.append(request.url),
        "request": lambda one: None if one.url.startswith(address) else foreign.append(one.url),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload] # one overload for each event
    try:
        await tab.set_viewport_size(ViewportSize(**size))
        if not tab.url.startswith(address):
            await tab.goto(address)
        await expect(tab.locator("#bot-state")).to_have_text("up", timeout=BUILD)
        yield tab
        await tidy(tab)
        assert ([], []) == (
            [one for one in complaints if not one.endswith("/events")],
            foreign,
        )
    except BaseException:
        await tab.goto("about:blank")  # the next visit loads the page anew
        raise
    finally:
        for event, listener in listeners.items():
            tab.remove_listener(event, listener)


async def tidy(page: Page) -> None:
    """Leave it as it opens: no dialog, Dana speaks, a phone shows Slack, nothing is remembered."""
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.evaluate(
        """() => {
            document.querySelector("input[value=dana]").click();
            document.querySelector("[data-tab=slack]").click();
            document.getElementById("composer").reset();
            localStorage.clear();
            sessionStorage.clear();
        }"""
    )


async def do_step(page: Page, title: str) -> None:
    """Press the button of the story's current step, which is this one."""
    await expect(page.locator(".step.current h3")).to_have_text(title, timeout=BUILD)
    await page.locator(".do-step").click()


async def enter(page: Page, text: str) -> None:
    """Type into the box and send."""
    await page.get_by_role("combobox", name="Message or command").fill(text)
    await page.keyboard.press("Enter")


async def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def bind(page: Page) -> None:
    """The story's first two steps, if another test has not done them."""
    for title in ("Bind the channel", "Say who you are"):
        if await page.locator(".step.current h3").all_inner_texts() == [title]:
            await do_step(page, title)
            await expect(page.locator(".step.current h3")).not_to_have_text(title, timeout=BUILD)


def newest(page: Page, text: str) -> Locator:
    """The newest message that says a text."""
    return page.locator(".message", has_text=text).last


def pull(page: Page, title: str) -> Locator:
    """An open pull request's line on GitHub's side."""
    return page.locator("#ref-list > li:has(.ref-actions)", has_text=title)
