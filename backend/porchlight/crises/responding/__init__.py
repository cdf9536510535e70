"""What whoever responds may see and do: the plans of a shift, the case of a caller, the end and what follows from it."""
