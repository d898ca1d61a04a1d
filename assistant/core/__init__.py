"""What all parts know: settings, the shapes data takes, errors."""
