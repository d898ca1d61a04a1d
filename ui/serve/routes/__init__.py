"""Routes of the server, and the shapes of what they take and return."""
