"""The survey: one GraphQL read of all that judging a deployment needs."""

import pytest

from app.github_app.github_client import GitHubClient
from app.model.github.refs import ResolvedRef
from app.model.plan import RefKind, RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP


def head(github: GitHubStandIn, ref: str = "main") -> str:
    """The commit that a ref means now."""
    sha = github.head(SHOP, ref)
    assert sha is not None
    return sha


async def refs(
    client: GitHubClient, shop: RepositoryRef, target: str
) -> list[tuple[str, str, str]]:
    """The ways in which a target exists."""
    survey = await client.survey(shop, target=target, environment="production")
    return [(ref.kind.value, ref.name, ref.sha) for ref in survey.refs]


async def test_it_is_one_call(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """With a token at hand, a survey takes one request, however much it reads."""
    github.push(SHOP, files={".github/deploybot.yml": "version: 1\n"})
    github.set_check(SHOP, head(github), "test", "success")
    github.person_deploys(SHOP)
    await client.identity()
    await client.survey(shop, target="main", environment="production")
    github.faults.calls.clear()
    await client.survey(shop, target="main", environment="production")
    assert [f"{call.method} {call.path}" for call in github.faults.calls] == ["POST /graphql"]


async def test_the_repository(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The survey has the repository's own data, and the installation that it was read by."""
    github.archive(SHOP)
    survey = await client.survey(shop, target=None, environment=None)
    assert survey.repository.ref == shop
    assert survey.repository.default_branch == "main"
    assert survey.repository.archived
    assert survey.repository.private
    assert survey.repository.html_url == "https://github.com/acme/shop"


async def test_the_default_branch(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Without a target it is the default branch's head."""
    survey = await client.survey(shop, target=None, environment=None)
    assert survey.refs == (ResolvedRef(kind=RefKind.BRANCH, name="main", sha=head(github)),)


@pytest.mark.parametrize("target", ["release/1", "heads/release/1", "refs/heads/release/1"])
async def test_a_branch(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, target: str
) -> None:
    """A branch is found however it is spelled."""
    sha = github.push(SHOP, "release/1")
    assert await refs(client, shop, target) == [("branch", "release/1", sha)]


@pytest.mark.parametrize("message", ["", "Release"])
@pytest.mark.parametrize("target", ["v1.0", "tags/v1.0", "refs/tags/v1.0"])
async def test_a_tag(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, target: str, message: str
) -> None:
    """A tag is found however it is spelled, and peeled to its commit when annotated."""
    github.tag(SHOP, "v1.0", message=message)
    assert await refs(client, shop, target) == [("tag", "v1.0", head(github))]


async def test_a_branch_and_a_tag_of_one_name(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Both are found; a qualified name finds only the one that is meant."""
    github.tag(SHOP, "v2")
    sha = github.push(SHOP, "v2")
    both = [("branch", "v2", sha), ("tag", "v2", head(github))]
    assert await refs(client, shop, "v2") == both
    assert await refs(client, shop, "heads/v2") == both[:1]
    assert await refs(client, shop, "tags/v2") == both[1:]


@pytest.mark.parametrize("length", [7, 12, 40])
@pytest.mark.parametrize("upper", [False, True])
async def test_a_sha(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, length: int, upper: bool
) -> None:
    """A commit is found by its SHA of seven digits or more, in either case."""
    sha = head(github)
    typed = sha[:length].upper() if upper else sha[:length]
    assert await refs(client, shop, typed) == [("sha", sha, sha)]


@pytest.mark.parametrize("target", ["3f9c2d", "deadbeef", "nope", "refs/tags/main", "a b"])
async def test_no_such_ref(client: GitHubClient, shop: RepositoryRef, target: str) -> None:
    """A ref that does not exist is no ref, and no commit."""
    survey = await client.survey(shop, target=target, environment=None)
    assert survey.refs == ()
    assert survey.commit is None
    assert survey.checks == ()


@pytest.mark.parametrize("form", ["#{}", "pull/{}/head", "refs/pull/{}/head", "pull/{}"])
async def test_a_pull_request(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, form: str
) -> None:
    """A pull request is found by its number, with title, body and head."""
    pull = github.open_pull_request(SHOP, "feature", "Add it", "Closes #1")
    survey = await client.survey(shop, target=form.format(pull.number), environment=None)
    assert survey.refs == (
        ResolvedRef(
            kind=RefKind.PULL_REQUEST,
            name=f"pull/{pull.number}/head",
            sha=pull.head_sha,
            pull_request=pull.number,
        ),
    )
    assert survey.commit is not None
    assert survey.commit.sha == pull.head_sha
    assert survey.pull_request is not None
    assert survey.pull_request.title == "Add it"
    assert survey.pull_request.body == "Closes #1"
    assert survey.pull_request.branch == "feature"


async def test_no_such_pull_request(client: GitHubClient, shop: RepositoryRef) -> None:
    """An unknown number is no ref, though GitHub calls it an error."""
    survey = await client.survey(shop, target="#999", environment=None)
    assert survey.refs == ()
    assert survey.repository.full_name == SHOP


async def test_a_pull_request_from_a_fork(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A fork's head is marked as such, by number and by bare SHA; our own heads are not."""
    pull = github.open_pull_request(SHOP, "feature", author="mallory", fork=True)
    for target in (f"#{pull.number}", pull.head_sha):
        survey = await client.survey(shop, target=target, environment=None)
        assert [ref.from_fork for ref in survey.refs] == [True]
    github.close_pull_request(SHOP, pull.number, merged=True)
    survey = await client.survey(shop, target=pull.head_sha, environment=None)
    assert [(ref.from_fork, ref.in_repository) for ref in survey.refs] == [(False, False)]
    own = github.open_pull_request(SHOP, "hats")
    survey = await client.survey(shop, target=own.head_sha, environment=None)
    assert [(ref.from_fork, ref.in_repository) for ref in survey.refs] == [(False, True)]


async def test_the_commit(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """The survey has the commit's message and author."""
    sha = github.push(SHOP, message="Fix rounding\n\nof refunds", author="octocat")
    commit = (await client.survey(shop, target="main", environment=None)).commit
    assert commit is not None
    assert (commit.sha, commit.subject) == (sha, "Fix rounding")
    assert commit.author_login == "octocat"
    assert commit.author_id == github.state.users["octocat"].id


async def test_an_author_without_an_account(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """An author whom GitHub does not know has a name, no login."""
    github.push(SHOP, author="Ada Lovelace", known_author=False)
    commit = (await client.survey(shop, target="main", environment=None)).commit
    assert commit is not None
    assert commit.author_name == "Ada Lovelace"
    assert commit.author_login is None
    assert commit.author_id is None


async def test_the_associated_pull_request(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A branch with a pull request brings it along; another commit brings none."""
    pull = github.open_pull_request(SHOP, "feature", "Add it")
    survey = await client.survey(shop, target="feature", environment=None)
    assert survey.pull_request is not None
    assert survey.pull_request.number == pull.number
    assert (await client.survey(shop, target="main", environment=None)).pull_request is None


async def test_the_configuration_is_the_default_branchs(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The file comes from the default branch, whatever branch is surveyed."""
    github.push(SHOP, files={".github/deploybot.yml": "version: 1\n"})
    github.push(SHOP, "feature", files={".github/deploybot.yml": "version: 1 # loosened\n"})
    survey = await client.survey(shop, target="feature", environment=None)
    assert survey.config == "version: 1\n"


async def test_no_configuration(client: GitHubClient, shop: RepositoryRef) -> None:
    """Without the file there is no configuration."""
    survey = await client.survey(shop, target=None, environment=None)
    assert survey.config is None


async def test_a_directory_in_place_of_the_configuration(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A directory of that name is no configuration."""
    github.push(SHOP, files={".github/deploybot.yml/x": "version: 1\n"})
    assert (await client.survey(shop, target=None, environment=None)).config is None


async def test_environments_and_deployments(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Environments are listed; deployments are the environment's, newest first, with status."""
    first = github.person_deploys(SHOP, payload={"a": 1})
    github.person_deploys(SHOP, "staging")
    second = github.person_deploys(SHOP)
    github.post_status_as(
        first, "success", log_url="https://ci.test/1", environment_url="https://shop.test"
    )
    survey = await client.survey(shop, target="main", environment="production")
    assert survey.environments == ("production", "staging")
    assert [deployment.id for deployment in survey.deployments] == [second.id, first.id]
    newest, oldest = survey.deployments
    assert newest.status is None
    assert oldest.status is not None
    assert (oldest.status.state, oldest.status.log_url) == ("success", "https://ci.test/1")
    assert oldest.status.environment_url == "https://shop.test"
    assert oldest.payload in {'{"a":1}', '{"a": 1}'}
    assert oldest.creator == "octocat"
    assert oldest.creator_type == "User"


async def test_deployments_of_all_environments(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Without an environment, deployments to all environments are read."""
    made = [github.person_deploys(SHOP, name).id for name in ("production", "staging")]
    survey = await client.survey(shop, target="main", environment=None)
    assert [deployment.id for deployment in survey.deployments] == made[::-1]


async def test_deployments_of_the_commit(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Deployments of the commit are listed, to any environment; those of other commits are not."""
    made = {github.person_deploys(SHOP, name).id for name in ("production", "staging")}
    github.push(SHOP, "feature")
    github.person_deploys(SHOP, "production", "feature")
    survey = await client.survey(shop, target="main", environment="production")
    assert set(survey.on_commit) == made


async def test_a_bots_deployment(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A bot's login is spelled as in REST and webhooks, though GraphQL leaves out `[bot]`."""
    github.vercel_deploys(SHOP, "production")
    (deployment,) = (await client.survey(shop, target=None, environment=None)).deployments
    assert (deployment.creator, deployment.creator_type) == ("vercel[bot]", "Bot")
    assert deployment.status is not None
    assert deployment.status.creator == "vercel[bot]"
