"""Campaigns: one message to a saved segment, checked, sent, watched."""
