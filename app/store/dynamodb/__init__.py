"""The distributed engine: DynamoDB tables that any number of processes share."""
