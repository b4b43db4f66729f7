"""Finding what was missed: the sweep, redeliveries, rebuilding the store, true bindings."""
