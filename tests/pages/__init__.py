"""Tests of hub.pages."""
