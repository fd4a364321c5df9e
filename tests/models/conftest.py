import sys
from pathlib import Path

# The models of these tests are a module of their own, and so are the references of the losses.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "losses")]
