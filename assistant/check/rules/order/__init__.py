"""What stands in the place of something else: names and subjects, the two sides of a verb."""
