"""Clients who may be one person: found, decided on, merged, and parted again."""
