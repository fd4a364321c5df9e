"""What a sweep says, in words, tables and pictures: a page, CSV files, Markdown."""
