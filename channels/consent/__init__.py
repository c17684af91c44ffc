"""What people agreed to, and which addresses are closed."""
