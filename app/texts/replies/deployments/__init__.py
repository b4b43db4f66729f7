"""Answers about deployments: what is live and running, questions first, and what was done."""
