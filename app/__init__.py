"""deploybot: deploy from chat, with GitHub as the hub."""
