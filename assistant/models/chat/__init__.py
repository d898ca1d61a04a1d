"""Chat models: the embedded one, scripted ones, and those of providers."""

AT_WORK = "model at work"  # name of the threads in which a model loads or writes
