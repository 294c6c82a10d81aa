"""Coverage-guided fuzzing of the readers (docs/fuzzing.md)."""
