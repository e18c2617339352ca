"""The command `cognito-emulator`: prepares the import path of its process, and runs the server in it.

An application may have modules called `emulator`, `storage` or `keys` too, or a `logging.py` in its directory. So the
server's three packages are found by their directory, before anything on `sys.path`, and the entries of PYTHONPATH come
after installed packages. Isolated mode (`python -I`) would need a second interpreter, and ignores PYTHONUNBUFFERED.

Above `main`, import only modules that every interpreter has loaded already: the application's modules come first on
`sys.path` until `main` runs.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder

_HERE = os.path.dirname(os.path.realpath(__file__))
_CARRIED = os.path.join(_HERE, "_server")
_SERVER = _CARRIED if os.path.isdir(_CARRIED) else os.path.dirname(_HERE)
"""The directory of the server's packages: `_server` in a wheel, the root of the repository in a checkout."""
_INTERRUPTED = 130
_PACKAGES = frozenset({"emulator", "storage", "keys"})


class Server:
    """A finder (`sys.meta_path`) of the server's packages, whatever other packages have their names."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG004
        """The spec of one of the server's packages, None for any other module."""
        return PathFinder.find_spec(name, [_SERVER]) if path is None and name in _PACKAGES else None


def main() -> int:
    """Run the command, and return its exit status. Changes how this process finds modules.

    Ctrl-C before the server listens ends the process without a traceback, with a shell's status for SIGINT.
    """
    try:
        return _run()
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run() -> int:
    _put_installed_first()
    if sys.argv[1:2] == ["health"]:
        from cognito_emulator import health

        return health.main(sys.argv[2:])
    _put_server_first()
    import gc

    gc.disable()  # nearly all that is imported stays, and searching it slows the start down
    from emulator import cli  # which enables it again

    return cli.main()


def _put_server_first() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
        del sys.modules[name]  # a package of an application, imported by a .pth file or sitecustomize.py
    sys.meta_path.insert(0, Server)


def _put_installed_first() -> None:
    """Sort `sys.path`: installed packages before PYTHONPATH, without the directory of the script or of `python -m`.

    The directory of this package comes first if PYTHONPATH, the script or `python -m` added it, since its dependencies
    are installed there too (`pip install --target`). The rest of PYTHONPATH comes last, and may have dependencies.
    """
    own = os.path.dirname(_HERE)
    named = {os.path.abspath(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    if sys.flags.ignore_environment:
        named.clear()
    if not sys.flags.safe_path:
        first = sys.path.pop(0)
        if os.path.realpath(first) == own and own not in map(os.path.realpath, sys.path):
            sys.path.append(first)
            named.add(first)

    def rank(entry: str) -> int:
        if os.path.abspath(entry) not in named:
            return 1
        return 0 if os.path.realpath(entry) == own else 2

    sys.path.sort(key=rank)
