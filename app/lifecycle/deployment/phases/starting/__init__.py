"""Before the pipeline: the gates are judged, the slot is taken, the trigger is sent."""
