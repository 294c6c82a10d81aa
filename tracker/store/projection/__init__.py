"""The projection of history that questions about today read: its columns, and how a write moves it."""
