"""What the CI is asked to run, with which values, and what it ran before."""
