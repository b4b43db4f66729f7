"""Everything that can be done from the page beside the story, in a real browser."""

from playwright.async_api import Page, expect

from tests.browser.visiting import (
    BUILD,
    IN_BROWSER,
    LAPTOP,
    PHONE,
    bind,
    enter,
    fits,
    newest,
    pull,
    visit,
)

pytestmark = IN_BROWSER


async def test_a_pull_request_lives_and_ends(tab: Page, demo: str) -> None:
    """It gets a place of its own and takes a comment; pushed to it is deployed again."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await page.get_by_role("button", name="Open a pull request").click()
        line = pull(page, "#2 Add gift cards")
        await expect(newest(page, "pr2 · ")).to_contain_text("Deployed in", timeout=BUILD)
        await line.get_by_role("button", name="Comment on pull request 2").click()
        comment = page.get_by_role("textbox", name="Comment")
        await expect(comment).to_be_focused()
        await comment.fill("/deploy staging")
        await page.keyboard.press("Enter")
        comments = line.get_by_role("list", name="Comments on #2").locator(".comment")
        await expect(comments.first).to_contain_text("seen by deploybot", timeout=BUILD)
        await expect(comments.last).to_contain_text("staging · Deployed in", timeout=BUILD)
        await line.get_by_role("button", name="Push to pull request 2").click()
        await expect(page.locator(".message", has_text="pr2 · ")).to_have_count(2, timeout=BUILD)
        await line.get_by_role("button", name="Close pull request 2").click()
        await expect(line).to_have_count(0)
        destroyed = page.locator("#deployment-list > li", has_text="pr2").last
        await expect(destroyed.locator(".pill")).to_have_text("Inactive", timeout=BUILD)


async def test_red_tests_hold_a_push_back_until_they_are_rerun(tab: Page, demo: str) -> None:
    """The page says which check is red; rerun and green, the same commit deploys."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        tests = page.get_by_role("group", name="The next push's tests")
        await tests.get_by_role("button", name="fail").click()
        await expect(tests.get_by_role("button", name="fail")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.get_by_role("button", name="Push to main").click()
        main = page.locator("#ref-list > li").first
        await expect(main.locator("summary")).to_contain_text("failed", timeout=BUILD)
        await main.locator("summary").click()
        await expect(main.locator(".check", has_text="ci/circleci: test")).to_contain_text("failed")
        await page.get_by_role("button", name="Rerun").first.click()
        await expect(newest(page, "preview · ")).to_contain_text("Deployed in", timeout=BUILD)


async def test_slow_tests_keep_a_push_waiting(tab: Page, demo: str) -> None:
    """The card waits for them by name, until they are let go on."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await page.get_by_role("button", name="stay pending").click()
        await page.get_by_role("button", name="Push to main").click()
        card = newest(page, "Waiting for checks")
        await expect(card).to_contain_text("ci/circleci: lint", timeout=BUILD)
        await page.get_by_role("button", name="Let it go on").click()
        await expect(newest(page, "preview · ")).to_contain_text("Deployed in", timeout=BUILD)


async def test_the_other_person_approves(tab: Page, demo: str) -> None:
    """Who asked cannot agree to it themselves; Sam can, or says no.

    The rule stays: switching rules off is the windows' story, and no other one needs production.
    """
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await page.get_by_role("button", name="Rules").click()
        dialog = page.get_by_role("dialog", name="Deployment rules")
        await dialog.get_by_role("switch", name="Somebody else has to approve").check()
        await dialog.get_by_role("button", name="Commit to main").click()
        await expect(page.locator("#ref-list > li").first).to_contain_text("deployment rules")
        await enter(page, "/cimon deploy production v1.4.0")
        card = newest(page, "production · ")
        await card.get_by_role("button", name="Approve").click()
        await expect(newest(page, "someone else has to approve")).to_be_visible()
        await page.get_by_role("radio", name="Sam").check(force=True)
        await card.get_by_role("button", name="Approve").click()
        await expect(card).to_contain_text("Deployed in", timeout=BUILD)
        await enter(page, "/cimon deploy production v1.4.0")
        await page.get_by_role("radio", name="Dana").check(force=True)
        await card.get_by_role("button", name="Reject").click()
        await page.get_by_role("dialog").get_by_role("button").last.click()
        await expect(card).to_contain_text("Rejected", timeout=BUILD)


async def test_a_lock_and_its_release_by_buttons(tab: Page, demo: str) -> None:
    """Sam locks production with one, cannot be passed, and releases it with the other."""
    async with visit(tab, demo, PHONE) as page:
        await bind(page)
        await page.get_by_role("radio", name="Sam").check(force=True)
        lock = page.get_by_role("button", name="Lock production", exact=True)
        box = await lock.bounding_box()
        assert box is not None
        assert box["height"] >= 36
        await lock.click()
        await expect(newest(page, "sam locked production")).to_be_visible(timeout=BUILD)
        await page.get_by_role("radio", name="Dana").check(force=True)
        await enter(page, "/cimon deploy production v1.4.0")
        refused = page.locator(".message.secret", has_text="has been locked by sam")
        await expect(refused).to_be_visible(timeout=BUILD)
        await page.get_by_role("radio", name="Sam").check(force=True)
        await page.get_by_role("button", name="Unlock production", exact=True).click()
        await expect(newest(page, "sam unlocked production")).to_be_visible(timeout=BUILD)
        assert await fits(page)


async def test_a_window_is_switched_on(tab: Page, demo: str) -> None:
    """The switch writes the line with times of now; committed to main, it is the rule."""
    async with visit(tab, demo, LAPTOP) as page:
        await bind(page)
        await page.get_by_role("button", name="Rules").click()
        dialog = page.get_by_role("dialog", name="Deployment rules")
        switch = dialog.get_by_role("switch", name="Closes in a minute")
        text = dialog.get_by_role("textbox", name=".github/deploybot.yml")
        before = await text.input_value()
        await switch.check()
        assert '    windows: ["Mon-Sun ' in await text.input_value()
        await switch.uncheck()
        assert before == await text.input_value()
        await expect(dialog.get_by_role("button", name="Commit to main")).to_be_disabled()
        await switch.check()
        await dialog.get_by_role("button", name="Commit to main").click()
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("button", name="Rules")).to_be_focused()
        await expect(page.locator("#ref-list > li").first).to_contain_text("deployment rules")
        await enter(page, "/cimon config")
        await expect(newest(page, "Mon-Sun")).to_be_visible(timeout=BUILD)
        await page.get_by_role("button", name="Rules").click()
        await expect(switch).to_be_checked()
        await switch.uncheck()
        await dialog.get_by_role("button", name="Open a pull request").click()
        line = pull(page, "Change the deployment rules")
        await expect(line.locator("summary")).to_be_visible()
        await line.locator("summary").click()
        dry_run = line.locator(".checks li", has_text="deploybot configuration")
        await expect(dry_run).to_contain_text("windows", timeout=BUILD)
        await line.get_by_role("button", name="Merge").click()
        await expect(line).to_have_count(0)
        await page.get_by_role("button", name="Rules").click()
        await expect(switch).not_to_be_checked()


async def test_the_rules_fit_a_phone(tab: Page, demo: str) -> None:
    """Nothing is wider than the screen, and every control is as high as a thumb."""
    async with visit(tab, demo, PHONE) as page:
        await page.get_by_role("button", name="GitHub").click()
        await page.get_by_role("button", name="Rules").click()
        assert await fits(page)
        for button in await page.get_by_role("dialog").get_by_role("button").all():
            box = await button.bounding_box()
            assert box is not None
            assert box["height"] >= 36
            assert box["x"] + box["width"] <= PHONE["width"]
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
