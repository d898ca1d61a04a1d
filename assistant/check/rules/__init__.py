"""The rules: a claim near the wording of its evidence passes only where none of them objects."""
