"""Who asked, who agreed, and who may: by links and by GitHub."""
