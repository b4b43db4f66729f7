"""The live message of a deployment, and what is said when it ends."""
