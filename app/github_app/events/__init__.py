"""GitHub's webhooks: the entrance, the payloads, and a file of callbacks for related events."""
