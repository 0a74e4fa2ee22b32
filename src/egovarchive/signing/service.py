"""
What every caller wants of a signer, done once for all backends 签名服务.

A backend signs. Cutting work into calls of the size it takes, several of them at a
time, one deadline over all, trying again where that is safe, and looking at what comes
back: that is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Condition, Event, Thread

from attrs import define, evolve, field, frozen

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    OutcomeUnknownError,
    SignatureInvalidError,
    SignerUnavailableError,
    SigningError,
)

from . import Capabilities, Capable, Closing, Signer, SignRequest
from .algorithms import ALGORITHMS
from .certificates import Certificate
from .deadline import Deadline

TIMEOUT = 60.0
TRIES = 3
# Seconds before the second try; twice as long before each further one.
PAUSE = 0.05
# More threads than that wait for each other, whatever a backend promises.
MAX_PARALLEL = 32


class SigningService:
    """
    A `Signer` that asks another one, within its limits and with patience.

    Requests are sent again, with the same ids, when the backend says that trying again
    may help; never after a PIN or password was refused. Give one to
    `cms.sign_messages`, or to an archive, wherever a signer goes.

    Args:
        signer: Who signs. If it is `Capable`, its limits are kept to; if it is not,
            it gets all requests in one call.
        timeout: Seconds for all requests of a call that names no timeout.
        tries: How often a part is sent at most.
        check: Verify each signature. Who gives the result to `cms.sign_messages` or
            to an archive with a verifier has that done there, and may switch it off.

    Raises:
        InvalidValueError: *timeout* or *tries* is not above 0.
    """

    def __init__(
        self,
        signer: Signer,
        *,
        timeout: float = TIMEOUT,
        tries: int = TRIES,
        check: bool = True,
    ) -> None:
        if timeout <= 0 or tries < 1:
            raise InvalidValueError(
                f"a time-out of {timeout} seconds and {tries} tries; both are above 0",
                f"时限 {timeout} 秒、尝试 {tries} 次；两者均须大于 0",
            )
        self._signer = signer
        self._timeout = timeout
        self._tries = tries
        self._check = check

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        return self._signer.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, nearest first."""
        return tuple(self._signer.chain)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What the key can sign with, best first."""
        return tuple(self._signer.algorithms)

    @property
    def capabilities(self) -> Capabilities:
        """What the backend says of itself; a batch may have any size here."""
        return evolve(self._limits(), max_batch=None, max_parallel=1)

    def __repr__(self) -> str:
        return f"SigningService({self._signer!r})"

    def close(self) -> None:
        """Close the backend."""
        if isinstance(self._signer, Closing):
            self._signer.close()

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Args:
            requests: What to sign.
            timeout: Seconds for all of them, tries and pauses included. None: as long
                as the service was made with.

        Raises:
            OutcomeUnknownError: The time was over, or answers were lost.
            SignerUnavailableError: Nothing was signed, however often it was tried.
            SigningError: One cannot be signed, or the backend answered wrongly.
        """
        limits = self._limits()
        self._refuse_hopeless(requests, limits)
        if not requests:
            return []
        deadline = Deadline.after(self._timeout if timeout is None else timeout)
        deadline.check_begun()
        # A limit below one would be no work at all, done.
        size = max(1, len(requests) if limits.max_batch is None else limits.max_batch)
        parts = [
            requests[start : start + size] for start in range(0, len(requests), size)
        ]
        job = _Job(self._sender(), parts, deadline)
        parallel = max(1, min(limits.max_parallel, MAX_PARALLEL))
        return job.done_by(min(parallel, len(parts)))

    def _sender(self) -> _Sender:
        own = _parsed(self._signer.certificate) if self._check else None
        return _Sender(self._signer, self._tries, own)

    def _limits(self) -> Capabilities:
        signer = self._signer
        return signer.capabilities if isinstance(signer, Capable) else Capabilities()

    def _refuse_hopeless(
        self, requests: Sequence[SignRequest], limits: Capabilities
    ) -> None:
        """Raise before anything is sent if one request can never be fulfilled."""
        longest = limits.max_message
        for request in requests:
            name = request.algorithm
            if name not in self._signer.algorithms or name not in ALGORITHMS:
                raise AlgorithmUnsupportedError(
                    f"{name!r} was asked for; "
                    f"the key signs with {list(self._signer.algorithms)}",
                    f"请求的算法为 {name!r}；"
                    f"此密钥可用 {list(self._signer.algorithms)}",
                )
            if longest is not None and len(request.message) > longest:
                raise SigningError(
                    f"a message of {len(request.message)} bytes; "
                    f"the signer takes at most {longest}",
                    f"待签消息长 {len(request.message)} 字节，"
                    f"签名者上限为 {longest} 字节",
                )


@frozen
class _Sender:
    """Sends one part, again where that is safe, and looks at what comes back."""

    signer: Signer
    tries: int
    certificate: Certificate | None

    def send(
        self, part: Sequence[SignRequest], deadline: Deadline, stopped: Event
    ) -> list[bytes]:
        unknown, sent = False, 0
        while True:
            outcome = self._once(part, deadline)
            if isinstance(outcome, list):
                return outcome
            unknown |= isinstance(outcome, OutcomeUnknownError)
            left, pause = deadline.left(), PAUSE * 2**sent
            sent += 1
            if (
                sent >= self.tries
                or (left is not None and left <= pause)
                or stopped.wait(pause)
            ):
                raise _as_known(outcome, unknown=unknown)

    def _once(
        self, part: Sequence[SignRequest], deadline: Deadline
    ) -> list[bytes] | SigningError:
        """Return the signatures, or an error after which to try again."""
        try:
            answer = self.signer.sign_many(part, timeout=deadline.left())
        except (SignerUnavailableError, OutcomeUnknownError) as error:
            return error
        if len(answer) != len(part):
            raise SigningError(
                f"the signer returned {len(answer)} signatures for {len(part)}",
                f"签名者对 {len(part)} 个请求返回了 {len(answer)} 个签名",
            )
        if self.certificate is not None:
            for request, signature in zip(part, answer, strict=True):
                _verify(self.certificate, request, signature)
        return list(answer)


def _verify(certificate: Certificate, request: SignRequest, signature: bytes) -> None:
    algorithm = ALGORITHMS[request.algorithm]
    try:
        certificate.public_key.verify(algorithm, signature, request.message)
    except SignatureInvalidError as error:
        raise SigningError(
            "the signer returned a wrong signature: it does not fit the "
            f"certificate of {certificate.subject_text!r}",
            f"签名者返回了错误的签名：与 {certificate.subject_text!r} 的证书不符",
        ) from error


@lru_cache(maxsize=8)
def _parsed(certificate: bytes) -> Certificate:
    try:
        return Certificate.parse(certificate)
    except SignatureInvalidError as error:
        raise SigningError(*error.args) from error


@define
class _Job:
    """
    The parts of one call, worked on by threads that nobody has to wait for.

    A backend that never returns, whatever its timeout, keeps its thread and not the
    caller: hence no pool, which would be waited for when the process ends.
    """

    sender: _Sender
    parts: Sequence[Sequence[SignRequest]]
    deadline: Deadline
    _changed: Condition = field(factory=Condition, init=False)
    _stopped: Event = field(factory=Event, init=False)
    _begun: int = field(default=0, init=False)
    _working: int = field(default=0, init=False)
    _answers: dict[int, list[bytes]] = field(factory=dict, init=False)
    _error: BaseException | None = field(default=None, init=False)

    def done_by(self, threads: int) -> list[bytes]:
        """Return all signatures, made by so many *threads*, or raise why not."""
        for number in range(threads):
            Thread(
                target=self._work, name=f"egovarchive-signing-{number}", daemon=True
            ).start()
        try:
            with self._changed:
                in_time = self._changed.wait_for(self._ended, self.deadline.left())
                answers, error = dict(self._answers), self._error
        finally:
            self._stopped.set()
        if error is not None:
            if isinstance(error, SignerUnavailableError | OutcomeUnknownError):
                raise _as_known(error, unknown=bool(answers)) from error
            raise error
        if not in_time:
            raise OutcomeUnknownError(
                f"the time was over when {len(answers)} of {len(self.parts)} parts "
                "were signed",
                f"时限已到，{len(self.parts)} 批中已签 {len(answers)} 批",
            )
        return [
            signature
            for number in range(len(self.parts))
            for signature in answers[number]
        ]

    def _ended(self) -> bool:
        # After a failure, what is under way is waited for: else the caller who tries
        # again would add to it.
        if self._error is not None:
            return not self._working
        return len(self._answers) == len(self.parts)

    def _work(self) -> None:
        while (number := self._next()) is not None:
            answer: list[bytes] | None = None
            error: BaseException | None = None
            try:
                answer = self.sender.send(
                    self.parts[number], self.deadline, self._stopped
                )
            except BaseException as caught:  # noqa: BLE001 - raised in the caller's
                error = caught
            with self._changed:
                self._working -= 1
                if answer is not None:
                    self._answers[number] = answer
                elif self._error is None:
                    self._error = error
                    self._stopped.set()
                self._changed.notify_all()

    def _next(self) -> int | None:
        with self._changed:
            if self._stopped.is_set() or self._begun == len(self.parts):
                return None
            self._begun += 1
            self._working += 1
            return self._begun - 1


def _as_known(error: SigningError, *, unknown: bool) -> SigningError:
    """Return *error*; if *unknown*, it can no longer say that nothing was signed."""
    if unknown and isinstance(error, SignerUnavailableError):
        return OutcomeUnknownError(*error.args)
    return error
