"""The life of a deployment: records that are due, looked at, and taken one step further."""
