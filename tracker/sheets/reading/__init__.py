"""Tables that come in, whoever made them: files to grids of cells, grids to tables, cells to what they mean."""
