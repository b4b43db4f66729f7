"""The phases of a look at a build: each is pure, and gives the next step or passes.

`PHASES` in `decide.py` has their order.
"""
