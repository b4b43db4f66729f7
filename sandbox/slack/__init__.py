"""A stand-in for Slack: its Web API, its requests to the bot, and the people in a workspace."""

from sandbox.slack.requests.interactions import Answered
from sandbox.slack.standin import SlackStandIn
from sandbox.slack.state import Channel, Message, User

__all__ = ["Answered", "Channel", "Message", "SlackStandIn", "User"]
