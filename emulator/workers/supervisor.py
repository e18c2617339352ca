"""The first process of a server with several workers: it starts them, replaces those that die, and ends them."""

from __future__ import annotations

import gc
import logging
import os
import selectors
import signal
import time
from contextlib import ExitStack, suppress
from types import FrameType, TracebackType
from typing import NoReturn

from emulator import data_files, serving, standard_input
from emulator.home import kept
from emulator.outside import turns, url_file
from emulator.outside.shared.siblings import Siblings
from emulator.outside.shared.world import prepare, shared
from emulator.outside.world import World
from emulator.server import limits, stop_signals
from emulator.server.shares import Shares
from emulator.settings import Settings
from emulator.workers import WorkersFailed, worker
from emulator.workers.worker import Inheritance
from keys.entropy import SystemEntropy
from storage.store import Store

log = logging.getLogger("cognito_emulator")
_START_SECONDS = 20
"""The time in which a worker must accept connections at the start of the server, after the one before."""
_STOP_SECONDS = serving.SHUTDOWN_SECONDS + 2
"""The time from the signal to stop until workers that are still there are killed."""
_EARLY_SECONDS = 2
"""A worker that dies before it has served for this long counts as one that died at its start."""
_PAUSES = (0.0, 0.0, 0.5, 1.0, 2.0, 4.0)
"""The pause before a worker is replaced, by how many died at their start one after the other."""
_LONGEST = 4096
"""The longest explanation of a worker that could not start."""


def run(settings: Settings, on_listening: serving.Listening) -> None:
    """Serve with several workers until a signal stops them. `on_listening` is called with the URLs once all serve.

    Raises `DataDirectoryError`, `DatabaseUnusable`, OSError if the address cannot be bound, `WorkersFailed`, and
    `SeedsWrong`.
    """
    limits.raise_open_files()
    serving.load()
    with ExitStack() as stack:
        data = stack.enter_context(kept(settings, SystemEntropy()))
        with data.open() as store:  # checked and migrated, before there are several processes
            prepare(store)
            _seed(settings, store)
        https = serving.https(settings, data.directory)
        listeners = stack.enter_context(serving.listeners(settings, https))
        urls = [each.url for each in listeners]
        tell_url = stack.enter_context(url_file.kept(settings.url_file))
        life, life_end = os.pipe()
        stack.callback(os.close, life)
        stack.callback(os.close, life_end)
        siblings = Siblings(settings.workers)
        stack.callback(siblings.close)
        inherited = Inheritance(settings, data, https, listeners, Shares(settings.workers), siblings, life)
        supervisor = stack.enter_context(Supervisor(inherited, life_end))
        if supervisor.start():
            data.serves(urls[0])
            tell_url(urls[0])
            on_listening(urls)
            if settings.stop_at_eof:
                supervisor.stop_at_eof()
            supervisor.watch()


def _seed(settings: Settings, store: Store) -> None:
    """Apply the seed files, if there are any. Raises `SeedsWrong`."""
    if settings.seed:
        from emulator.seed import files

        with shared(World(), store) as world:
            files.apply(settings, world, store)
        turns.end_helpers()  # which have hashed passwords


class _Post:
    """The place of one worker, and the process that has it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.process = 0
        """The process id, 0 if there is none."""
        self.pipe = -1
        """Where the process tells whether it could start; -1 once there is nothing more to hear."""
        self.told = b""
        self.serves_since: float | None = None
        self.failures = 0
        """How many processes died at their start, one after the other."""
        self.due = 0.0
        """When the next process is to be started."""

    def is_stable(self) -> bool:
        """Whether the process has served for a while."""
        return self.serves_since is not None and time.monotonic() > self.serves_since + _EARLY_SECONDS


class Supervisor:
    """The workers, while the context lasts: at its end they are told to stop, and killed if they do not."""

    def __init__(self, inherited: Inheritance, life_end: int) -> None:
        self._inherited = inherited
        self._posts = [_Post(number) for number in range(inherited.settings.workers)]
        self._selector = selectors.PollSelector()
        self._wake, self._wake_end = os.pipe()
        self._own = {life_end, self._wake, self._wake_end}
        """The descriptors that no worker may keep."""
        self._is_stopping = False
        self._next_look = time.monotonic() + data_files.WATCH_SECONDS
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Supervisor:
        for end in (self._wake, self._wake_end):
            os.set_blocking(end, False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._stop) for number in stop_signals()}
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _traceback: TracebackType | None) -> None:
        self._is_stopping = True
        self._signal(signal.SIGTERM)
        end = time.monotonic() + _STOP_SECONDS
        while any(post.process for post in self._posts):
            if time.monotonic() > end:
                log.warning("workers took too long to end and were killed")
                self._signal(signal.SIGKILL)
                end += _STOP_SECONDS
            self._wait(end)
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for descriptor in (self._wake, self._wake_end):
            os.close(descriptor)

    def start(self) -> bool:
        """Start all workers, and wait until they accept connections. False if a signal to stop came first.

        Raises `WorkersFailed`.
        """
        gc.freeze()  # a collection in a worker would write to all memory that it shares with the others
        end = time.monotonic() + _START_SECONDS
        for post in self._posts:
            try:
                self._fork(post)
            except OSError as error:
                raise WorkersFailed(f"worker {post.number + 1} could not start: {error.strerror}") from error
        missing = len(self._posts)
        while missing and not self._is_stopping:
            if time.monotonic() > end:
                raise WorkersFailed(f"{missing} workers did not start within {_START_SECONDS} seconds")
            for post, how in self._wait(end):
                raise WorkersFailed(f"worker {post.number + 1} could not start: {how}")
            before, missing = missing, sum(post.serves_since is None for post in self._posts)
            if missing < before:
                end = time.monotonic() + _START_SECONDS
        return not self._is_stopping

    def stop_at_eof(self) -> None:
        """Let the end of standard input stop the server. There is no thread for it, since `watch` forks."""
        self._selector.register(standard_input.DESCRIPTOR, selectors.EVENT_READ, standard_input)

    def watch(self) -> None:
        """Replace workers that die, and look at the files of the data, until a signal to stop comes."""
        while not self._is_stopping:
            now = time.monotonic()
            if now >= self._next_look:
                self._inherited.data.files.look()
                self._next_look = now + data_files.WATCH_SECONDS
            for post in self._posts:
                if not post.process and now >= post.due:
                    self._replace(post)
            due = [post.due for post in self._posts if not post.process]
            for post, how in self._wait(min([self._next_look, *due])):
                self._note_death(post, how)

    def _note_death(self, post: _Post, how: str) -> None:
        post.failures = 0 if post.is_stable() else post.failures + 1
        pause = _PAUSES[min(post.failures, len(_PAUSES) - 1)]
        post.due = time.monotonic() + pause
        what = "could not start" if post.serves_since is None else "is gone"
        when = f"in {pause} s" if pause else "now"
        log.warning("worker %d %s: %s; another one takes its place %s", post.number + 1, what, how, when)

    def _replace(self, post: _Post) -> None:
        try:
            self._fork(post)
        except OSError as error:
            post.due = time.monotonic() + _PAUSES[-1]
            log.error("worker %d cannot be started for now: %s", post.number + 1, error.strerror)

    def _wait(self, until: float) -> list[tuple[_Post, str]]:
        """Wait for signals and for what workers tell. Returns the workers that have died, and how."""
        for key, _ in self._selector.select(max(0.0, until - time.monotonic())):
            if key.data is None:
                with suppress(BlockingIOError):
                    os.read(self._wake, 512)
            elif key.data is standard_input:
                self._is_stopping = self._is_stopping or standard_input.has_ended()
            else:
                self._hear(key.data)
        return [self._buried(post, status) for post, status in self._dead()]

    def _hear(self, post: _Post) -> bool:
        """Read what a worker tells. False if there is nothing more for now."""
        try:
            told = os.read(post.pipe, _LONGEST)
        except BlockingIOError:
            return False
        post.told += told
        if told == worker.READY:
            post.serves_since = time.monotonic()
            if post.failures or post.due:
                log.info("worker %d is process %d now", post.number + 1, post.process)
        elif not told:
            self._close_pipe(post)
        return bool(told)

    def _dead(self) -> list[tuple[_Post, int]]:
        """The workers that have died since the last time, with their wait status."""
        dead = []
        with suppress(ChildProcessError):
            while (waited := os.waitpid(-1, os.WNOHANG))[0]:
                dead += [(post, waited[1]) for post in self._posts if post.process == waited[0]]
        return dead

    def _buried(self, post: _Post, status: int) -> tuple[_Post, str]:
        """Note that there is no process any more, and say how it ended."""
        while post.pipe >= 0 and self._hear(post):
            pass
        if post.pipe >= 0:
            self._close_pipe(post)
        code = os.waitstatus_to_exitcode(status)
        how = f"it was killed by {signal.Signals(-code).name}" if code < 0 else f"it ended with status {code}"
        self._inherited.shares.leave(post.number)
        post.process = 0
        return post, post.told.removeprefix(worker.READY).decode(errors="replace") or how

    def _fork(self, post: _Post) -> None:
        """Start a worker. Raises OSError if the system has no room for another process."""
        post.pipe, end = os.pipe()
        self._own.add(post.pipe)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [*stop_signals(), signal.SIGCHLD])
        try:
            process = os.fork()
            if process == 0:
                self._become_worker(post, end)
        except OSError:
            self._close_pipe(post)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            os.close(end)
        os.set_blocking(post.pipe, False)
        self._selector.register(post.pipe, selectors.EVENT_READ, post)
        post.process, post.told, post.serves_since = process, b"", None

    def _become_worker(self, post: _Post, end: int) -> NoReturn:
        def tell(words: bytes) -> None:
            with suppress(OSError):  # the first process has ended
                os.write(end, words)

        try:
            for descriptor in self._own:
                os.close(descriptor)
            worker.run(post.number, self._inherited, tell)
        finally:
            os._exit(1)

    def _close_pipe(self, post: _Post) -> None:
        with suppress(KeyError):
            self._selector.unregister(post.pipe)
        os.close(post.pipe)
        self._own.discard(post.pipe)
        post.pipe = -1

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """The handler of the signals to stop. The second one kills."""
        if self._is_stopping:
            self._signal(signal.SIGKILL)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._is_stopping = True

    def _signal(self, number: int) -> None:
        """Send a signal to all workers."""
        for post in self._posts:
            if post.process:
                with suppress(ProcessLookupError):
                    os.kill(post.process, number)
