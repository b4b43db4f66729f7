"""Requests that can't be carried out: what somebody typed or pressed, and what to do instead."""
