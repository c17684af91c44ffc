"""The wire: how a rendered message reaches a relay or a carrier; knows no database."""
