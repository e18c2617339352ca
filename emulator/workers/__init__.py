"""Several processes that serve one port: the first process forks the workers, replaces them, and ends them.

The first process opens the data once, to check and to migrate it, listens, and then only waits. It accepts no
connections and has no threads, so it can fork at any time. The workers are what a server with one process is
(`emulator.serving`). Which of them accepts a connection is decided in `emulator.server.acceptor`.
"""


class WorkersFailed(Exception):
    """The workers cannot be started. The text says why."""
