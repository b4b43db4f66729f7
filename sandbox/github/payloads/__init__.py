"""What GitHub writes of a thing in JSON, for REST and webhooks alike."""
