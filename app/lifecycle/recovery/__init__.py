"""Finding what was missed or lost: sweeps, redeliveries, restoring the store, syncing bindings."""
