"""Train the judge."""
