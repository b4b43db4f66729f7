"""Commands that stop deployments and let them continue: locks, approvals, holds."""
