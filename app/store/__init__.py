"""The store: one protocol with two engines, SQLite (embedded) and DynamoDB (distributed)."""
