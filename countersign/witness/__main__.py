"""`python -m countersign.witness <host> <port>`: the witness and nothing else of Countersign."""

import sys

from countersign.witness.run import run

run(sys.argv[1], int(sys.argv[2]))
