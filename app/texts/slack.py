"""Texts that only Slack shows: in dialogs, and about the app itself."""

CONFIRM_NO = "Not now"
WITHOUT_WORDS = "deploybot"

DESCRIPTION = "Deploys from this channel through GitHub and CircleCI"
COMMAND_DESCRIPTION = "Deploy, and see what runs where"
COMMAND_HINT = "deploy <environment> [ref] | list | status | help"
