"""The phones of a person and of a supervisor's people: when they were last heard of, locking and erasing them, ending access."""
