"""Show values in notebooks and terminals."""
