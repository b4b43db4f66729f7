"""What the stand-ins share: the world they live in, faults, the log of calls, deliveries."""
