"""Finding what was missed or lost: the sweep, redeliveries, a rebuilt store, bindings in sync."""
