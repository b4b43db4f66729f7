"""The service: the only place that builds everything and knows everyone."""
