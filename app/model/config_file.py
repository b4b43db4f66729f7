"""The repository's configuration file, as everyone calls it."""

CONFIG_FILE = ".github/deploybot.yml"
"""Where the configuration is kept, on the default branch."""

CONFIG_PATHS = (CONFIG_FILE, ".github/deploybot.yaml")
"""Both spellings of its name."""

CONFIG_CHECK = "deploybot configuration"
"""The name of the check run that says whether the file is valid."""

MOST_PROBLEMS = 50
"""Problems that are told; the rest is one more line: GitHub takes 65,535 characters."""
