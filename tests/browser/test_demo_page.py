"""The demo's page in a real browser: the story, the keyboard, a phone, hostile texts."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.visiting import (
    BUILD,
    IN_BROWSER,
    LAPTOP,
    PHONE,
    bind,
    do_step,
    enter,
    fits,
    newest,
    visit,
)

pytestmark = IN_BROWSER


async def test_the_story_goes_live_breaks_and_rolls_back(tab: Page, demo: str) -> None:
    """Deployed, then broken; and, for who reads on, pushed, promoted and rolled back.

    The first test of this file: nothing has happened in its demo.
    """
    async with visit(tab, demo, LAPTOP) as page:
        await do_step(page, "Bind the channel")
        await do_step(page, "Say who you are")
        await do_step(page, "Deploy to production")
        card = page.locator(".message", has_text="production · ")
        await expect(card).to_contain_text("Deploying")
        await expect(card).to_contain_text("Deployed in", timeout=BUILD)
        await expect(card.locator(".b-attachment")).to_have_css("--bar", "#2EB67D")
        await expect(card.locator(".thread")).to_contain_text("is live in production")
        await expect(page.locator("#deployment-list .pill").first).to_have_text("Success")
        await expect(page.locator("#pipeline-list .pill").first).to_have_text("Success")
        await do_step(page, "Break something")
        failed = page.locator(".message", has_text="staging · ")
        await expect(failed).to_contain_text("Failed at migrate", timeout=BUILD)
        await expect(page.locator("#story-end")).to_contain_text("There's a second part")
        assert await fits(page)
        await page.get_by_role("button", name="Show me").click()
        await do_step(page, "Push to main")
        await do_step(page, "Promote it")
        await do_step(page, "Ask to roll back")
        await do_step(page, "Roll back")
        card = page.locator(".message", has_text="production · ").last
        await expect(card).to_contain_text("Rolled back in", timeout=BUILD)
        await expect(page.locator("#story-end")).to_contain_text("Released and rolled back")
        await page.reload()
        await expect(page.locator("#story-end")).to_contain_text("Released and rolled back")
        await page.get_by_role("button", name="Part 1 of the story").click()
        await expect(page.locator(".step h3").first).to_contain_text("Bind the channel")


async def test_a_deployment_survives_the_bots_death(tab: Page, demo: str) -> None:
    """Killed while it deploys, the bot comes back by itself and ends what it began."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await enter(page, "/cimon deploy production")
        card = page.locator(".message", has_text="production · ").last
        await expect(card).to_contain_text("Deploying")
        before = await page.locator("#pipeline-list > li").count()
        await page.get_by_role("button", name="Kill").click()
        await expect(page.locator("#bot-state")).to_have_text("down")
        await expect(page.locator("#bot-state")).to_have_text("up", timeout=BUILD)
        await expect(card).to_contain_text("Deployed in", timeout=BUILD)
        await expect(page.locator("#pipeline-list > li")).to_have_count(before)


async def test_everything_can_be_typed_with_the_keyboard(tab: Page, demo: str) -> None:
    """Suggestions are chosen with Tab, arrows and Enter, closed with Escape; history comes back."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        box = page.get_by_role("combobox", name="Message or command")
        suggestions = page.get_by_role("listbox", name="Suggestions")
        await box.press_sequentially("/cimon de")
        await expect(suggestions.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Tab")
        await expect(box).to_have_value("/cimon deploy ")
        await page.keyboard.press("ArrowDown")
        await expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
        await page.keyboard.press("Enter")
        await expect(box).to_have_value("/cimon deploy production ")
        await box.press_sequentially("v1")
        await page.keyboard.press("Tab")
        await expect(box).to_have_value("/cimon deploy production v1.4.0")
        await page.keyboard.press("Escape")
        await expect(suggestions).to_be_hidden()
        await page.keyboard.press("Enter")
        await expect(page.locator(".typed").last).to_contain_text("/cimon deploy production v1.4.0")
        await page.keyboard.press("ArrowUp")
        await expect(box).to_have_value("/cimon deploy production v1.4.0")


async def test_a_cancel_asks_first(tab: Page, demo: str) -> None:
    """The button asks; Escape leaves everything as it is, agreeing cancels."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await page.get_by_role("button", name="needs approval").click()
        await enter(page, "/cimon deploy staging")
        card = page.locator(".message", has_text="staging · ").last
        cancel = card.get_by_role("button", name="Cancel")
        await cancel.click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("staging")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await cancel.click()
        await dialog.get_by_role("button").last.click()
        await expect(card).to_contain_text("Canceled", timeout=BUILD)


async def test_ephemerals_are_for_one_person(tab: Page, demo: str) -> None:
    """What only Sam sees is gone when Dana speaks, and back when Sam does."""
    async with visit(tab, demo, LAPTOP) as page:
        await page.get_by_role("radio", name="Sam").check(force=True)
        await enter(page, "/cimon hullo")
        note = page.locator(".message.secret", has_text="hullo")
        await expect(note).to_contain_text("Only visible to you")
        await page.get_by_role("radio", name="Dana").check(force=True)
        await expect(note).to_have_count(0)
        await page.get_by_role("radio", name="Sam").check(force=True)
        await expect(note).to_be_visible()


async def test_it_fits_a_phone(tab: Page, demo: str) -> None:
    """One panel at a time, nothing wider than the screen; what GitHub's button makes is told."""
    async with visit(tab, demo, PHONE) as page:
        await bind(page)
        tabs = page.get_by_role("navigation", name="Panels")
        await tabs.get_by_role("button", name="GitHub").click()
        await page.get_by_role("button", name="Deploy to staging with gh api").click()
        await tabs.get_by_role("button", name="Slack").click()
        card = newest(page, "created on GitHub by")
        await expect(card).to_contain_text("staging", timeout=BUILD)
        await expect(card).to_contain_text("Deployed in", timeout=BUILD)
        assert await fits(page)
        for name, panel in (("GitHub", "github"), ("CircleCI", "circleci")):
            await tabs.get_by_role("button", name=name).click()
            await expect(page.locator(f".panel-{panel}")).to_be_visible()
            await expect(page.locator(".panel-slack")).to_be_hidden()
            await page.locator(f"[data-provider={panel}] summary").click()
            assert await fits(page)
            await page.keyboard.press("Escape")


async def test_the_story_is_left_behind_on_a_phone(tab: Page, demo: str) -> None:
    """A target for a thumb puts it away, it stays away, and the bar brings it back."""
    async with visit(tab, demo, PHONE) as page:
        hide = page.get_by_role("button", name="Hide the story")
        box = await hide.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        await hide.click()
        story = page.locator("#story")
        await expect(story).to_be_hidden()
        await page.reload()
        await expect(page.locator("#bot-state")).to_have_text("up", timeout=BUILD)
        await expect(story).to_be_hidden()
        await page.get_by_role("button", name="Story", exact=True).click()
        await expect(story).to_be_visible()


HOSTILE = [
    ("<script>alert(1)</script>", "script"),
    ("&lt;img src=x onerror=alert(1)&gt;", "img"),
    ("<javascript:alert(1)|press me>", "a"),
    ("<data:text/html,hello|press me>", "a"),
    ("`<script>` *<b>bold</b>*", "script, b"),
    ('<https://example.com/" onclick="alert(1)|x>', "[onclick]"),
    ("<!date^1^{date}^javascript:alert(1)|then>", "a"),
]


async def test_hostile_markup_stays_text(tab: Page, demo: str) -> None:
    """Whatever a message says, no element comes of it but those that markup has."""
    async with visit(tab, demo, LAPTOP) as page:
        for text, forbidden in HOSTILE:
            made: Any = await page.evaluate(
                """async ([text, forbidden]) => {
                    const { mrkdwn } = await import("/static/mrkdwn.js");
                    const shown = document.createElement("div");
                    shown.append(mrkdwn(text));
                    return [shown.querySelectorAll(forbidden).length, shown.textContent];
                }""",
                [text, forbidden],
            )
            assert 0 == made[0], text
            assert made[1], text


HOSTILE_MARKDOWN = [
    ("<script>alert(1)</script>", "script"),
    ("![x](https://evil.example/x.png)", "img"),
    ("[press me](javascript:alert\\(1\\))", "a"),
    ("[press me](data:text/html,hello)", "a"),
    ("**<b>bold</b>** `<i>`", "b, i"),
]


async def test_hostile_markdown_stays_text(tab: Page, demo: str) -> None:
    """Nor does any element come of what a comment or a check run says."""
    async with visit(tab, demo, LAPTOP) as page:
        for text, forbidden in HOSTILE_MARKDOWN:
            made: Any = await page.evaluate(
                """async ([text, forbidden]) => {
                    const { markdown } = await import("/static/markdown.js");
                    const shown = document.createElement("div");
                    shown.append(markdown(text));
                    return [shown.querySelectorAll(forbidden).length, shown.textContent];
                }""",
                [text, forbidden],
            )
            assert 0 == made[0], text
            assert made[1], text


SELECT = {
    "type": "static_select",
    "action_id": "claim",
    "placeholder": {"type": "plain_text", "text": "Your GitHub login"},
    "options": [
        {"text": {"type": "plain_text", "text": f"person{number}"}, "value": str(number)}
        for number in range(30)
    ],
}


async def test_a_select_is_searched_by_keyboard(tab: Page, demo: str) -> None:
    """Typing narrows the list, arrows and Enter choose, Escape gives the focus back."""
    async with visit(tab, demo, LAPTOP) as page:
        await page.evaluate(
            """async (select) => {
                const { searchable } = await import("/static/select.js");
                const choose = (value) => (document.title = `chosen ${value}`);
                const shown = searchable(select, choose);
                shown.id = "made-here";
                document.getElementById("messages").append(shown);
            }""",
            SELECT,
        )
        opener = page.get_by_role("button", name="Your GitHub login")
        await opener.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.type("SON2")
        options = page.get_by_role("listbox", name="Your GitHub login").get_by_role("option")
        await expect(options).to_have_count(11)
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type("person2")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page).to_have_title("chosen 20")
        await page.evaluate("document.getElementById('made-here').remove()")


async def test_everything_has_a_name(tab: Page, demo: str) -> None:
    """Every control has a name, every panel a heading, and there is one main landmark."""
    async with visit(tab, demo, LAPTOP) as page:
        nameless: list[str] = await page.evaluate(
            """() => [...document.querySelectorAll("button, input, summary, a")]
                .filter((one) => one.checkVisibility())
                .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length))
                .map((one) => one.outerHTML)"""
        )
        assert [] == nameless
        await expect(page.get_by_role("main")).to_have_count(1)
        for name in ("# shop", "GitHub acme/shop", "CircleCI"):
            await expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
