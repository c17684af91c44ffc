"""Announcements to browsers."""
