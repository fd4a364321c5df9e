"""`python -m tfface` is the command `tfface`."""

from .cli import main

if __name__ == "__main__":
    raise SystemExit(main())
