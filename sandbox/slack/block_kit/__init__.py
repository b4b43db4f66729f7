"""Block Kit: strict checks of blocks, attachments and views."""
