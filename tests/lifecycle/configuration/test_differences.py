"""What another file would change, in words; the sentences as a pull request shows them."""

from inline_snapshot import snapshot

from app.lifecycle.configuration.differences import changes
from app.lifecycle.configuration.reading import parse_config
from app.texts.replies.config_changes import change_line


def told(before: str, after: str) -> str:
    """What would change, a line each."""
    old, new = parse_config(before), parse_config(after)
    told = changes(old, new, default_branch="main")
    return "\n".join(f"- {change_line(change)}" for change in told)


def test_nothing():
    """Comments, order and defaults written out change nothing."""
    same = "environments: {b: {}, a: {confirm: false}} # x\ndefaults: {timeout: 1h}"
    assert told("environments: {a: {}, b: {}}", same) == ""


def test_events():
    """What deploys by itself; one that only changes its paths is another one."""
    before = 'environments: {web: {deploy_on: {push: [main], paths: ["web/**"]}}, qa: {}}'
    after = 'environments: {web: {deploy_on: {push: [main, "release*"]}}, qa: {}}'
    assert told(before, after) == snapshot("""\
- A push to `main` that changes `web/**` would no longer deploy to `web`.
- A push to `main` would now deploy to `web`.
- A push to `release*` would now deploy to `web`.\
""")


def test_a_preset():
    """It is compared as if it were written out; the default branch has its name."""
    assert told("", "workflow: github-flow") == snapshot("""\
- `workflow` would be `github-flow` instead of `manual`.
- `pr{number}` would be a new environment.
- A pull request would now deploy to `pr{number}`.
- `pr{number}`: `transient` would be `true`.
- `preview` would be a new environment.
- A push to `main` would now deploy to `preview`.
- `test` would be a new environment.
- A push to `release*` would now deploy to `test`.
- `production` would be a new environment.
- A tag `v*` would now deploy to `production`.
- A tag `[0-9]*` would now deploy to `production`.
- `staging` would be a new environment.
- `staging`: `requires` would be `test`.\
""")


def test_approvals():
    """In English, whether they are new or gone."""
    some, none = "environments: {a: {approvals: 1}}", "environments: {a: {}}"
    assert told(none, some) == snapshot("- `a` would need 1 approval.")
    assert told(some, none) == snapshot("- `a` would no longer need approval.")


def test_values():
    """As people say them."""
    before = "environments: {a: {timeout: 90m, approvals: 1, allow: ['@octocat'], confirm: true}}"
    after = (
        "inputs: {pool: {type: enum, options: [blue, green], default: blue}}\n"
        "environments: {a: {timeout: 2h, approvals: {count: 2, from: ['team:acme/leads']}, checks: []}}"
    )
    assert told(before, after) == snapshot("""\
- `inputs.pool` would be `pool (blue|green, default blue)`.
- `a`: `timeout` would be 2 h instead of 1 h 30 m.
- `a`: `checks` would be none instead of `all`.
- `a` would need 2 approvals from `team:acme/leads` instead of 1 approval.
- `a`: `allow` would be none instead of `@octocat`.
- `a`: `confirm` would be `false` instead of `true`.\
""")
