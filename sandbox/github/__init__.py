"""A stand-in for GitHub: REST, GraphQL and webhooks, as a GitHub App knows them."""

from sandbox.github.standin import GitHubStandIn

__all__ = ["GitHubStandIn"]
