"""Words that other tools use for our commands (pure)."""

SYNONYMS = {
    **dict.fromkeys(("stop", "abort", "kill", "halt"), "cancel"),
    **dict.fromkeys(("redeploy", "rerun", "repeat", "again"), "retry"),
    **dict.fromkeys(("undo", "revert", "back"), "rollback"),
    **dict.fromkeys(("ship", "launch", "push"), "deploy"),
    **dict.fromkeys(("ls", "show", "deployments", "environments"), "list"),
    **dict.fromkeys(("accept", "agree", "lgtm"), "approve"),
    **dict.fromkeys(("deny", "decline", "refuse"), "reject"),
    **dict.fromkeys(("compare", "changes", "changelog"), "diff"),
    **dict.fromkeys(("bind", "connect", "init"), "setup"),
    **dict.fromkeys(("unbind", "disconnect"), "reset"),
    **dict.fromkeys(("freeze", "block"), "lock"),
    **dict.fromkeys(("unfreeze", "unblock"), "unlock"),
}
"""What people may type instead of a command's name, with that name."""
