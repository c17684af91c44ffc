"""Running the firm's system: jobs, health, backups, the audit log."""
