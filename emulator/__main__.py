"""`python -m emulator` is the command `cognito-emulator`."""

import sys


def run() -> int:
    """Run the command. What lies in the working directory, such as somebody's own `storage.py`, comes last."""
    if not sys.flags.safe_path:
        sys.path.append(sys.path.pop(0))
    from emulator.cli import main

    return main()


sys.exit(run())
