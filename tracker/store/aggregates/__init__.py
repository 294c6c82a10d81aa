"""Counts and lists that the database answers by itself from the projection."""
