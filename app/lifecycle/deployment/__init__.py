"""One deployment from its record to its outcome: what is read, decided and done."""
