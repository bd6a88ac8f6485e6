"""`python -m simulator`."""

import sys

from simulator.server import main

if __name__ == "__main__":
    sys.exit(main())
