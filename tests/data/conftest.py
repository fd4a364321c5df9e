import sys
from pathlib import Path

# `sets.py`, which these tests share.
sys.path.insert(0, str(Path(__file__).parent))
