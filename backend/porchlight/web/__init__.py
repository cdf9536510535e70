"""HTTP that all rooms share: the shield, who is asking, pages, forms and problems."""
