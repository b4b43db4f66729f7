"""What is shown in a chat, where an answer goes, and whom the chat serves."""
