"""The phases of a build's look, in order: each pure, each gives the next step or passes."""
