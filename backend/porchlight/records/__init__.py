"""Records: how long a family's file is kept, what a court or a lawyer has told us to hold, and how it is erased for good."""
