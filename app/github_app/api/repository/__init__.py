"""What a repository holds: files, branches and tags, commits, checks, and comments."""
