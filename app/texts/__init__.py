"""Every sentence that people read: in Slack, on GitHub, in a terminal and in a browser."""
