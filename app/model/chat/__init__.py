"""Messages in a chat, where answers are sent, and which workspace deploybot serves."""
