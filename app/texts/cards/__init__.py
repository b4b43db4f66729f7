"""The live message of a deployment, and the reply when it ends."""
