"""What metrics are made of: definitions, intervals, risk."""
