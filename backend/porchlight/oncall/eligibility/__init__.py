"""Who may take a shift, and why somebody may not."""
