"""Reading what a person typed: words, arguments, options and inputs."""
