"""The phases of a look at a build: each is pure, and returns the next step or None.

`PHASES` in `decide.py` has their order.
"""
