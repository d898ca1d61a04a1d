"""Train the reader."""
