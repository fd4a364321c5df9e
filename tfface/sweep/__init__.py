"""Which loss for this data: the same training with many losses, and an honest answer."""
