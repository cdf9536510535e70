"""Somebody else has my shift, or a part of it: asked of one person, offered to all who may, or settled by a supervisor."""
