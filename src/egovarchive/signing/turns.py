"""
Taking turns at a device 轮流使用密码设备: one session, one signature after the other.

What a device with a PIN needs, whatever its interface, is here once: threads wait for
each other, no longer than they have time; a session that the device has forgotten is
opened anew, once in a call; and after a PIN was refused none is given any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    OutcomeUnknownError,
    SignerUnavailableError,
    SigningError,
)

from . import SignRequest
from .deadline import Deadline


class LostError(Exception):
    """
    The device has forgotten the session; a new one may help.

    Args:
        error: What to tell the caller if it does not.
    """

    def __init__(self, error: SigningError) -> None:
        super().__init__(error)
        self.error = error


class Turns:
    """
    The turns that threads take at a device.

    Args:
        start: Opens a session. Raises `SigningError`, having left nothing open.
        sign: Signs one request in it. Raises `LostError`, or `SigningError`.
        end: Closes it, and raises nothing.
    """

    def __init__(
        self,
        start: Callable[[], None],
        sign: Callable[[SignRequest], bytes],
        end: Callable[[], None],
    ) -> None:
        self._start = start
        self._sign = sign
        self._end = end
        self._lock = Lock()
        self._open = False
        self._closed = False
        self._refused: AuthenticationFailedError | None = None

    def close(self) -> None:
        """Close the session when whoever is at it is done. None is opened again."""
        with self._lock:
            self._closed = True
            self._let_go()

    def begin(self) -> None:
        """
        Open a session.

        Raises:
            AuthenticationFailedError: The PIN is refused, now or before.
            SigningError: It cannot be opened.
        """
        if self._refused is not None:
            raise AuthenticationFailedError(*self._refused.args)
        try:
            self._start()
        except AuthenticationFailedError as error:
            self._refused = error
            raise
        self._open = True

    def sign_many(
        self,
        requests: Sequence[SignRequest],
        algorithms: Sequence[str],
        timeout: float | None,
    ) -> list[bytes]:
        """
        Return one signature for each of *requests*; see `Signer.sign_many`.

        Args:
            requests: What to sign.
            algorithms: What may be asked for.
            timeout: Seconds, waiting for other threads included. A call of the device
                is not broken off.
        """
        deadline = Deadline.after(timeout)
        for request in requests:
            if request.algorithm not in algorithms:
                raise AlgorithmUnsupportedError(
                    f"{request.algorithm!r} was asked for; "
                    f"this key signs with {list(algorithms)}",
                    f"请求的算法为 {request.algorithm!r}；"
                    f"此密钥可用 {list(algorithms)}",
                )
        if not requests:
            return []
        deadline.check_begun()
        left = deadline.left()
        if not self._lock.acquire(timeout=-1 if left is None else left):
            raise SignerUnavailableError("the device is in use", "设备正被使用")
        try:
            return self._sign_all(requests, deadline)
        finally:
            self._lock.release()

    def _sign_all(
        self, requests: Sequence[SignRequest], deadline: Deadline
    ) -> list[bytes]:
        if self._closed:
            raise SigningError("the signer is closed", "签名者已关闭")
        if not self._open:
            self.begin()
        signatures: list[bytes] = []
        try:
            self._sign_rest(requests, signatures, deadline)
        except SignerUnavailableError as error:
            # After a first signature it is no longer true that nothing was signed.
            if signatures:
                raise OutcomeUnknownError(*error.args) from error
            raise
        return signatures

    def _sign_rest(
        self, requests: Sequence[SignRequest], done: list[bytes], deadline: Deadline
    ) -> None:
        renewed = False
        while len(done) < len(requests):
            if deadline.over:
                raise OutcomeUnknownError(
                    f"the time was over when {len(done)} of {len(requests)} "
                    "were signed",
                    f"时限已到，{len(requests)} 个中已签 {len(done)} 个",
                )
            try:
                done.append(self._sign(requests[len(done)]))
            except LostError as lost:
                self._let_go()
                if renewed:
                    raise lost.error from None
                renewed = True
                self.begin()

    def _let_go(self) -> None:
        if self._open:
            self._open = False
            self._end()
