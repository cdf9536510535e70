"""How each person is reached: their channels in their order, what is proven, quiet hours, and who wants no texts."""
