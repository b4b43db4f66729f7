"""Every GraphQL query that is sent to GitHub, as text.

A test validates each against GitHub's published schema.
"""

DEPLOYMENT = """
fragment Deployed on Deployment {
  id databaseId commitOid environment originalEnvironment task createdAt payload
  ref { name }
  creator { __typename login ... on User { databaseId } ... on Bot { databaseId } }
  latestStatus {
    state description logUrl environmentUrl createdAt creator { __typename login }
  }
}
"""

HISTORY = """
fragment Lived on Deployment {
  statuses(first: 20) { nodes { state createdAt creator { __typename login } } }
}
"""

CONTEXTS = """
fragment Contexts on StatusCheckRollup {
  contexts(first: $contexts, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on CheckRun {
        name status conclusion startedAt detailsUrl
        checkSuite { id app { databaseId slug } workflowRun { workflow { id } } }
      }
      ... on StatusContext { context state createdAt targetUrl }
    }
  }
}
"""

READ = """
fragment Read on Blob { oid text isTruncated }
"""

JUDGED = """
fragment Judged on Commit {
  oid message url
  author { name user { login databaseId } }
  statusCheckRollup { ...Contexts }
  associatedPullRequests(first: $pulls) {
    nodes { number title body url headRefName headRefOid isCrossRepository state }
  }
  deployments(last: $made) { nodes { id databaseId } }
}
"""

SURVEY = (
    """
query Survey(
  $owner: String!, $name: String!, $after: String,
  $branch: String!, $asBranch: Boolean!, $tag: String!, $asTag: Boolean!,
  $sha: String!, $asSha: Boolean!, $number: Int!, $asPull: Boolean!, $asDefault: Boolean!,
  $environments: [String!], $named: [String!], $asNamed: Boolean!,
  $listed: Boolean!, $deployed: Boolean!, $contexts: Int!, $pulls: Int!, $made: Int!,
  $places: Int!, $latest: Int!, $newest: Int!
) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner isArchived isPrivate url
    defaultBranchRef { name target @include(if: $asDefault) { ...Judged } }
    config: object(expression: "HEAD:.github/deploybot.yml") { ...Read }
    otherConfig: object(expression: "HEAD:.github/deploybot.yaml") { ...Read }
    branch: ref(qualifiedName: $branch) @include(if: $asBranch) {
      name target { ...Judged }
    }
    tag: ref(qualifiedName: $tag) @include(if: $asTag) {
      name
      target {
        ...Judged
        ... on Tag { target { ...Judged ... on Tag { target { ...Judged } } } }
      }
    }
    commit: object(expression: $sha) @include(if: $asSha) { ...Judged }
    pullRequest(number: $number) @include(if: $asPull) {
      number title body url headRefName isCrossRepository state
      commits(last: 1) { nodes { commit { ...Judged } } }
    }
    environments(first: $places) @include(if: $listed) { nodes { name } }
    named: environments(first: 10, names: $named) @include(if: $asNamed) { nodes { name } }
    deployments(
      first: $latest, environments: $environments, orderBy: {field: CREATED_AT, direction: DESC}
    ) @include(if: $deployed) { nodes { ...Deployed ...Lived } }
    recent: deployments(first: $newest, orderBy: {field: CREATED_AT, direction: DESC})
      @include(if: $deployed) { nodes { id databaseId commitOid } }
  }
}
"""
    + JUDGED
    + CONTEXTS
    + DEPLOYMENT
    + HISTORY
    + READ
)

CHECKS = (
    """
query Checks(
  $owner: String!, $name: String!, $oid: GitObjectID!, $after: String, $contexts: Int!
) {
  repository(owner: $owner, name: $name) {
    databaseId
    object(oid: $oid) { ... on Commit { statusCheckRollup { ...Contexts } } }
  }
}
"""
    + CONTEXTS
)

FILE = """
query File($owner: String!, $name: String!, $expression: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    object(expression: $expression) { ... on Blob { oid text isTruncated } }
  }
}
"""

PROPOSED = (
    """
query Proposed(
  $owner: String!, $name: String!, $number: Int!, $files: Int!,
  $proposed: String!, $otherProposed: String!
) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name }
    config: object(expression: "HEAD:.github/deploybot.yml") { ...Read }
    otherConfig: object(expression: "HEAD:.github/deploybot.yaml") { ...Read }
    proposed: object(expression: $proposed) { ...Read }
    otherProposed: object(expression: $otherProposed) { ...Read }
    pullRequest(number: $number) {
      files(first: $files) { nodes { path } pageInfo { hasNextPage endCursor } }
    }
  }
}
"""
    + READ
)

REACH = """
query Reach(
  $owner: String!, $name: String!, $oid: GitObjectID!, $made: Int!, $statuses: Int!, $tags: Int!
) {
  repository(owner: $owner, name: $name) {
    databaseId
    object(oid: $oid) {
      ... on Commit {
        deployments(last: $made) {
          nodes { originalEnvironment statuses(first: $statuses) { nodes { state } } }
        }
      }
    }
    tags: refs(
      refPrefix: "refs/tags/", first: $tags, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}
    ) {
      nodes {
        name
        target {
          ... on Commit { oid }
          ... on Tag { target { ... on Commit { oid } ... on Tag { target { oid } } } }
        }
      }
    }
  }
}
"""

DEPLOYMENTS = (
    """
query Deployments(
  $owner: String!, $name: String!, $environments: [String!], $latest: Int!, $after: String
) {
  repository(owner: $owner, name: $name) {
    databaseId
    deployments(
      first: $latest, after: $after, environments: $environments
      orderBy: {field: CREATED_AT, direction: DESC}
    ) { nodes { ...Deployed ...Lived } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + DEPLOYMENT
    + HISTORY
)

DEPLOYED = (
    """
query Deployed(
  $owner: String!, $name: String!, $oid: GitObjectID!, $environments: [String!],
  $made: Int!, $latest: Int!
) {
  repository(owner: $owner, name: $name) {
    databaseId
    object(oid: $oid) {
      ... on Commit {
        deployments(last: $made, environments: $environments) { nodes { ...Deployed ...Lived } }
      }
    }
    deployments(
      first: $latest, environments: $environments, orderBy: {field: CREATED_AT, direction: DESC}
    ) { nodes { ...Deployed ...Lived } }
  }
}
"""
    + DEPLOYMENT
    + HISTORY
)

COLLABORATORS = """
query Collaborators($owner: String!, $name: String!, $after: String, $people: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId
    collaborators(first: $people, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { permission node { databaseId login name } }
    }
  }
}
"""

REFS = """
query Refs($owner: String!, $name: String!, $like: String!, $names: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId
    branches: refs(refPrefix: "refs/heads/", first: $names) { nodes { name } }
    branchesLike: refs(refPrefix: "refs/heads/", first: $names, query: $like) { nodes { name } }
    tags: refs(
      refPrefix: "refs/tags/", first: $names, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}
    ) { nodes { name } }
    tagsLike: refs(refPrefix: "refs/tags/", first: $names, query: $like) { nodes { name } }
  }
}
"""


def pulls_of(count: int) -> str:
    """One query for the pull requests that brought each of `count` commits.

    Its variables are `$owner`, `$name` and `$s0`, `$s1` … (the commits), its aliases `r0`, `r1` ….
    """
    variables = ", ".join(f"$s{i}: GitObjectID!" for i in range(count))
    commits = "\n".join(
        f"r{i}: repository(owner: $owner, name: $name) {{ databaseId "
        f"object(oid: $s{i}) {{ ...Brought }} }}"
        for i in range(count)
    )
    return f"""
query PullsOf($owner: String!, $name: String!, {variables}) {{
{commits}
}}
fragment Brought on Commit {{
  oid
  associatedPullRequests(first: 1) {{ nodes {{ number title body url headRefName }} }}
}}"""


LATEST = 20
"""Deployments of each repository that a query about many repositories reads."""


def open_deployments(count: int, *, history: bool = False) -> str:
    """One query for the latest deployments of `count` repositories.

    Its variables are `$o0`, `$n0`, `$e0`, `$o1` … (owner, name, environments or null for all),
    its aliases `r0`, `r1` …. With `history` each deployment has its statuses.
    """
    variables = ", ".join(f"$o{i}: String!, $n{i}: String!, $e{i}: [String!]" for i in range(count))
    fields = "...Deployed ...Lived" if history else "...Deployed"
    newest = f"first: {LATEST}, orderBy: {{field: CREATED_AT, direction: DESC}}"
    repositories = "\n".join(
        f"r{i}: repository(owner: $o{i}, name: $n{i}) {{ databaseId "
        f"deployments({newest}, environments: $e{i}) {{ nodes {{ {fields} }} }} }}"
        for i in range(count)
    )
    return f"""
query OpenDeployments({variables}) {{
{repositories}
}}
{DEPLOYMENT}{HISTORY if history else ""}"""
