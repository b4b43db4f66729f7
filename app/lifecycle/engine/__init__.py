"""Workers and leases: which record is looked at when, and by whom; not what is in it."""
