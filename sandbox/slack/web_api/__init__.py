"""The Web API that the bot calls."""
