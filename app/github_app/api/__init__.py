"""What is asked of GitHub: calls, queries, and the shapes of their answers."""
