"""Slack's stand-in."""

from sandbox.slack.interactions import Answered
from sandbox.slack.standin import SlackStandIn
from sandbox.slack.state import Channel, Message, User

__all__ = ["Answered", "Channel", "Message", "SlackStandIn", "User"]
