import sys
from pathlib import Path

# The reference, the table of cases and their evaluation are modules of these tests.
sys.path.insert(0, str(Path(__file__).parent))
