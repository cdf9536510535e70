"""Is this phone ready? What each phone has proven, by whom and when, and whose phone still has to."""
