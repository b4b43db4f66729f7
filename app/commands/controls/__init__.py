"""Commands that hold deployments back, and let them go on."""
