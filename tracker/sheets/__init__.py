"""Excel sheets out and back: the annex, the weekly report, the forms. Rows come in, workbooks go out; no clock, no SQL."""
