"""The language: what may be said."""
