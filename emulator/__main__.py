"""`python -m emulator` is the command `cognito-emulator`."""

import sys

from emulator.cli import main

sys.exit(main())
