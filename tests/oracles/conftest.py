import sys
from pathlib import Path

# The recorded answers and the table of counterparts are modules of these tests.
sys.path.insert(0, str(Path(__file__).parent))
