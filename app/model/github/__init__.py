"""What GitHub tells us, in the shapes that decisions need."""
