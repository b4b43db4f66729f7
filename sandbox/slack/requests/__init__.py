"""The requests that Slack sends to the bot: events, commands and interactions."""
