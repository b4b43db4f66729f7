"""From a deployment request to a plan: environments, refs, parameters, and the gates."""
