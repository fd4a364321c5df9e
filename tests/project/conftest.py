import sys
from pathlib import Path

# `package.py`, which these tests share.
sys.path.insert(0, str(Path(__file__).parent))
