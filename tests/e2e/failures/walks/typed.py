"""What a person types or presses that cannot be done."""

from tests.e2e.failures.walks import Walk, typing
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

NOWHERE = "0123456789abcdef0123456789abcdef01234567"


async def bound_already(shop: Shop) -> str:
    """This channel has one."""
    shop.world.github.add_repository("acme/barn")
    return await shop.type("setup acme/barn")


async def bound_elsewhere(shop: Shop) -> str:
    """Another channel has it."""
    shop.world.slack.add_channel("barn")
    return await shop.type("setup acme/shop", channel="barn")


async def ambiguous_ref(shop: Shop) -> str:
    """A branch and a tag."""
    shop.world.github.push(REPOSITORY, "both", "On a branch")
    shop.world.github.tag(REPOSITORY, "both")
    return await shop.type("deploy staging both")


async def fork(shop: Shop) -> str:
    """A stranger's pull request."""
    pull = shop.world.github.open_pull_request(
        REPOSITORY, "theirs", "Mine", author="stranger", fork=True
    )
    return await shop.type(f"deploy staging pull/{pull.number}/head")


async def of_a_fork(shop: Shop) -> str:
    """A stranger's commit, which GitHub shows under the parent."""
    sha = shop.world.github.push_to_fork(REPOSITORY, "stranger")
    return await shop.type(f"deploy staging {sha}")


async def login_taken(shop: Shop) -> str:
    """Sam presses Dana's login in the answer to `setup`, where it is still shown."""
    setup = next(one for one in shop.world.slack.messages(CHANNEL) if "now deploys" in one.text)
    return await shop.claim("sam", "octocat", setup)


async def all_linked(shop: Shop) -> str:
    """Sam claims his own; then nobody is left."""
    setup = next(one for one in shop.world.slack.messages(CHANNEL) if "now deploys" in one.text)
    await shop.claim("sam", "hubot", setup)
    return await shop.type("hello")


async def same_commit(shop: Shop) -> str:
    """It is on its way already."""
    await shop.deploy("deploy production")
    return await shop.type("deploy production", user="sam")


async def nothing_running(shop: Shop) -> str:
    """It has ended."""
    await shop.finish(1)
    return await shop.type("cancel production")


async def already_finished(shop: Shop) -> str:
    """By its number."""
    return await shop.type(f"cancel {shop.deployments[0].id}")


async def not_ours(shop: Shop) -> str:
    """GitHub Actions runs it."""
    deployment = shop.world.github.actions_deploys(REPOSITORY, "staging")
    await shop.quiet()
    return await shop.type(f"cancel {deployment.id}")


async def ambiguous_environment(shop: Shop) -> str:
    """Two environments have the alias."""
    shop.world.github.push(
        REPOSITORY,
        message="Name them alike",
        files={
            ".github/deploybot.yml": "version: 1\nenvironments:\n"
            "  production: {aliases: [eu]}\n  staging: {aliases: [eu]}\n"
        },
    )
    await shop.quiet()
    return await shop.type("deploy eu")


async def others_project(shop: Shop) -> str:
    """The file names another repository's."""
    text = "version: 1\ncircleci: {project: gh/acme/api}\n"
    shop.world.github.push(REPOSITORY, message="Borrow", files={".github/deploybot.yml": text})
    await shop.quiet()
    return await shop.type("deploy production")


async def too_long(shop: Shop) -> str:
    """The address is part of the parameters."""
    url = f"https://shop.example.com/{'x' * 479}{{number}}"
    text = f'version: 1\nenvironments:\n  "pr{{number}}": {{url: "{url}"}}\n'
    shop.world.github.push(REPOSITORY, message="Long", files={".github/deploybot.yml": text})
    await shop.quiet()
    return await shop.type("deploy pr123456789 main")


async def invalid_configuration(shop: Shop) -> str:
    """A typo on the default branch."""
    files = {".github/deploybot.yml": "version: 1\nenviroments: {}\n"}
    shop.world.github.push(REPOSITORY, message="Mistype", files=files)
    await shop.quiet()
    return await shop.type("deploy production")


async def unreadable_configuration(shop: Shop) -> str:
    """Larger than GitHub hands out."""
    files = {".github/deploybot.yml": "version: 1\n" + "# long\n" * 90_000}
    shop.world.github.push(REPOSITORY, message="Grow", files=files)
    await shop.quiet()
    return await shop.type("deploy production")


WALKS = (
    Walk("channel_already_bound", "already deploys `acme/shop`", bound_already),
    Walk("repository_already_bound", "already deploys from <#shop>", bound_elsewhere),
    Walk("unknown_option", "`--froce`", typing("deploy production --froce")),
    Walk("option_empty", "`--reason` needs a value", typing("deploy production --reason")),
    Walk(
        "option_too_long",
        "`--reason` is too long",
        typing(f"deploy production --reason '{'why ' * 200}'"),
    ),
    Walk("duration_malformed", "isn't a duration", typing("lock staging --for ever")),
    Walk("not_locked", "isn't locked", typing("unlock staging")),
    Walk("environment_is_ref", "`main`", typing("deploy main")),
    Walk("environment_missing", "Which environment?", typing("deploy")),
    Walk(
        "environment_unknown",
        "Did you mean `/ship deploy production`?",
        typing("deploy prodction"),
    ),
    Walk("ref_unknown", "Did you mean `main`?", typing("deploy staging mian")),
    Walk("ref_ambiguous", "`both` is both a branch and a tag", ambiguous_ref),
    Walk("sha_too_short", "is too short for a commit", typing("deploy staging 3f9c")),
    Walk("sha_unknown", "has no commit", typing(f"deploy staging {NOWHERE}")),
    Walk("pull_request_from_fork", "comes from a fork", fork),
    Walk("commit_of_a_fork", "so it may come from a fork", of_a_fork),
    Walk(
        "environment_name_malformed",
        "doesn't work as an environment name",
        typing("deploy 'a;b' --new"),
    ),
    Walk("deployment_unknown", "find deployment `999`", typing("status 999")),
    Walk("nothing_to_retry", "Nothing has been deployed", typing("retry")),
    Walk("not_linked", "You aren't linked", typing("goodbye", user="sam")),
    Walk("login_taken", "is already linked to <@dana>", login_taken),
    Walk("nobody_to_claim", "Everyone who works on `acme/shop` is already linked", all_linked),
    Walk("same_commit_running", "is already on its way", same_commit),
    Walk("environment_unseen", "Did you mean `production`?", typing("status prodction")),
    Walk("nothing_running", "Nothing is running", nothing_running),
    Walk("already_finished", "is already over", already_finished),
    Walk("not_ours", "is run by github-actions, not by me", not_ours),
    Walk("environment_ambiguous", "`eu` could be", ambiguous_environment),
    Walk("project_of_another", "`CIRCLECI_PROJECTS=acme/shop=gh/acme/api`", others_project),
    Walk("circleci_parameter_limit", "CircleCI takes 512 at most", too_long),
    Walk("configuration_invalid", "Did you mean `environments`?", invalid_configuration),
    Walk("configuration_unreadable", "binary or too large", unreadable_configuration),
)
