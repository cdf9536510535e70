"""A fresh installation: nobody can sign in, and one address, printed at the start, lets the first person in."""
