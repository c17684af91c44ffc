"""Backups: one archive of everything that cannot be made anew, and the way back."""
