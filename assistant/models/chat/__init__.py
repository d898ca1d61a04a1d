"""Chat models: the embedded one, scripted ones, and those of providers."""
