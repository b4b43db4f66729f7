"""CircleCI's stand-in."""

from sandbox.circleci.standin import CircleCIStandIn
from sandbox.circleci.state import Commit, Course, Pipeline, Project

__all__ = ["CircleCIStandIn", "Commit", "Course", "Pipeline", "Project"]
