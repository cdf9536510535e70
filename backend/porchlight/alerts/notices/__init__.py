"""Notices: something a person should know by and by. They come together, and wait for the end of quiet hours."""
