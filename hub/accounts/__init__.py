"""People who sign in: users, roles, permissions."""
