"""Asks: what each one decides, how that is carried out, and how it is answered."""
