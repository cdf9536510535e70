"""A key for each child, family and home: the words of a life lie sealed, and whose key is destroyed is forgotten."""
