"""The JSON API's kit: doors for programs, on the same services, forms and lists as the pages."""
