"""Commands about channels and people: what is bound, and who is who."""
