"""Frozen segments: who was meant at a moment, kept so that it can be asked again and again."""
