"""The people around a child: who they are, what they do and how to reach them."""
