"""Who asked, who approved, and who may: by links and by GitHub."""
