"""`python -m cognito_emulator` is the command `cognito-emulator`."""

import sys

from cognito_emulator.launcher import main

sys.exit(main())
