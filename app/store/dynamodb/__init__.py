"""The distributed engine: DynamoDB tables that several processes can share."""
