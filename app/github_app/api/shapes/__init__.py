"""Types for the parts of GitHub's answers and events that are needed."""
