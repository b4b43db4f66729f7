"""What the stand-ins share: the server, the clock, faults, the log of calls, deliveries."""
