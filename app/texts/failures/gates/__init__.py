"""Gates that a deployment has to pass: why it is refused, or what it waits for."""
