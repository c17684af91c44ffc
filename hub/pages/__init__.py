"""What every view draws with: lists, forms, exports, charts, htmx. Stands on the kernel."""
