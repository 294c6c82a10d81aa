"""One module for every version of the schema."""
