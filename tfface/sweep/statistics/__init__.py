"""What the cells of a sweep tell: means, intervals, ranks, and how sure they are."""
