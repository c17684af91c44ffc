"""The hub: rooms that every sibling package stands on."""
