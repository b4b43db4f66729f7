"""A stand-in for CircleCI: its API, its webhooks, and what people do on its page."""

from sandbox.circleci.standin import CircleCIStandIn
from sandbox.circleci.state import EVERY_JOB, Commit, Course, Pipeline, Project

__all__ = ["EVERY_JOB", "CircleCIStandIn", "Commit", "Course", "Pipeline", "Project"]
