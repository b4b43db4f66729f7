"""Every sentence that a person reads, named for what happened."""
