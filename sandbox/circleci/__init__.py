"""CircleCI's stand-in."""

from sandbox.circleci.standin import CircleCIStandIn
from sandbox.circleci.state import EVERY_JOB, Commit, Course, Pipeline, Project

__all__ = ["EVERY_JOB", "CircleCIStandIn", "Commit", "Course", "Pipeline", "Project"]
