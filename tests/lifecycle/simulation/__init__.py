"""A world in memory around the step function: its time, processes, store and providers.

Real code of ours runs in it (looks, effects, leases); only what lies outside is simulated, so
that every interleaving, crash and lost answer can be had, and had again.
"""
