"""After the outcome: the slot is given back, and what went live replaces what was live."""
