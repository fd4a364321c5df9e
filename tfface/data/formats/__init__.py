"""File formats of the field, read and written without their frameworks; lengths in a file are never trusted."""
