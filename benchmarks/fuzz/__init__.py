"""Coverage-guided fuzzing of the readers (docs/reliability.md)."""
