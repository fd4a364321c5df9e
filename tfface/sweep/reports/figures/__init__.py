"""Pictures of a sweep as SVG, drawn here so that they need no library, no script and no second file."""
