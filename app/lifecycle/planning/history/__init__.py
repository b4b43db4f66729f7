"""What an environment's earlier deployments say: what is live, came before, or holds."""
