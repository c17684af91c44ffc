"""What the Makefile calls: set-up, sizes, features. Standard library only where set-up needs it."""
