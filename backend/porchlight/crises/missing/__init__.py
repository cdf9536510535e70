"""Missing from care: who was told by when, where people looked, and what the child said when they were back."""
