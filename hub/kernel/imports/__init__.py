"""Imports: a file becomes staged lines, checked rows, and then whatever its kind makes of them."""
