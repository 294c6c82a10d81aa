"""Taking reports and items in from files (docs/forms.md)."""
