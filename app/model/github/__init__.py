"""What GitHub tells us, in the form that decisions need."""
