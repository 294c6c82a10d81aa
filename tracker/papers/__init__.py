"""Letters that go out as they are: a page for each unit, as a document and as plain text."""
