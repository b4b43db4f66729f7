"""Chat commands, one file each; chat-neutral."""
