"""Workers, leases and looks: which process looks at which record when, whatever is in it."""
