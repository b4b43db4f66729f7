"""Commands that bind channels to repositories, and link people to their GitHub logins."""
