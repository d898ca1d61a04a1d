"""The page to ask on."""
