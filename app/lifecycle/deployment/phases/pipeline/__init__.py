"""While the pipeline runs: it is watched, canceled, timed out, and its approvals are passed on."""
