"""HTTP, incoming and outgoing: what all entrances share, and one attempt at a provider."""
