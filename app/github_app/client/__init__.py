"""Being a client of GitHub: who we are, one request, what a refusal means."""
