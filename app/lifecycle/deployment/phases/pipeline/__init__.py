"""While the pipeline runs: it is watched, canceled, timed out, and its held jobs are approved."""
