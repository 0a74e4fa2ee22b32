"""
Every error this library raises on purpose.

Each speaks English and Chinese: ``str(error)`` is English, ``error.message("zh")``
is Chinese. This module imports nothing of the package; an error that carries a
value of the package is defined beside that value, and named here with its module.

* EgovArchiveError
  - InvalidValueError              a value breaks its rule (also a ValueError)
  - PackageError                   a package cannot be built or read
    + ContentError                 a document's bytes cannot be had
    + DigestMismatchError          bytes do not have the digest they should have
    + UnsafePackageError           a package has not the one form that is safe
  - FormatError                    a file is not what its format says
  - ToolError                      a tool that looks at files cannot work
  - checks.ChecksFailedError       a four-property check failed; see its ``report``
  - SigningError                   no signature could be made
    + AlgorithmUnsupportedError    not with this key, or not by policy
    + KeyNotFoundError             the backend has no such key or token: set it right
    + AuthenticationFailedError    a PIN or password is refused: never tried again
    + PolicyRefusedError           the key's owner does not allow it: ask them
    + SignerUnavailableError       nothing was signed: try again
    + OutcomeUnknownError          try again with the same request ids
    + TimestampError               no time-stamp could be had that holds
      * TimestampRefusedError      asking again for the same is no use
      * TimestampUnavailableError  no answer: ask again later
  - SignatureInvalidError          it does not verify, or its signer is not trusted
    + signing.der.DerError         bytes are not DER
  - EvidenceError                  evidence does not prove what it should
  - StorageError                   a storage backend could not do what was asked
    + AlreadyStoredError           storage is write-once, and the key is taken
    + NotStoredError               nothing is stored under the key
  - JournalError                   a segment is missing, altered or not understood
  - CatalogError                   a catalog backend could not do what was asked
    + EntryNotFoundError           no record has the code
    + ConflictError                another record has the case number already
    + CatalogMismatchError         the catalog was made from another journal
  - LifecycleError                 what is asked may not be done to this record, or now
    + StateError                   its state does not allow it
    + RetentionNotExpiredError     its retention period has not ended, or never ends
    + LegalHoldError               it is on hold
    + NotTransferredError          it must be transferred first, or kept in custody
    + ApprovalMissingError         not enough distinct persons have agreed
    + RecordDestroyedError         it was destroyed, or its destruction has begun
    + ClockError                   the clock runs behind what is recorded already
  - BatchError                     a transfer batch is not what it says it is
  - ReceiptError                   a receipt cannot be relied on, or is not for this
  - ArchiveError                   an archive's folder cannot be made or opened

Anything else that escapes is a bug here or in a backend.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]


class EgovArchiveError(Exception):
    """Base of all errors raised on purpose: one message, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en, zh)

    def message(self, lang: Language = "en") -> str:
        """Return what went wrong, in the language *lang*."""
        en, zh = self.args
        return str(zh if lang == "zh" else en)

    def __str__(self) -> str:
        return self.message()


class InvalidValueError(EgovArchiveError, ValueError):
    """
    A value breaks the form its rule gives it.

    Args:
        en: What is wrong, naming the value.
        zh: The same in Chinese.
        rule: The rule, with its source: ``"GB 32100 check character"``.
        place: Where the value stands, such as ``"documents[2].name"``.
    """

    def __init__(self, en: str, zh: str, *, rule: str = "", place: str = "") -> None:
        super().__init__(en, zh)
        self.rule = rule
        self.place = place

    def within(self, place: str) -> InvalidValueError:
        """Return this error as seen from *place*, one step further out."""
        en, zh = self.args
        joint = "" if not self.place or self.place.startswith("[") else "."
        inner = f"{place}{joint}{self.place}"
        return type(self)(en, zh, rule=self.rule, place=inner)

    def message(self, lang: Language = "en") -> str:
        place = f"{self.place}: " if self.place else ""
        rule = f" ({self.rule})" if self.rule else ""
        return f"{place}{super().message(lang)}{rule}"


class PackageError(EgovArchiveError):
    """A package cannot be built or read."""


class ContentError(PackageError):
    """A document's bytes cannot be had: missing, unreadable, empty, or changing."""


class DigestMismatchError(PackageError):
    """Bytes do not have the digest they were promised to have."""


class UnsafePackageError(PackageError):
    """A package is not of the one form that is safe to read."""


class FormatError(EgovArchiveError):
    """A file is not what its format says, or cannot be read."""


class ToolError(EgovArchiveError):
    """A tool that looks at files cannot work: missing, failing, out of time."""


class SigningError(EgovArchiveError):
    """No signature could be made."""


class AlgorithmUnsupportedError(SigningError):
    """This key cannot sign, or policy forbids what it can do."""


class TimestampError(SigningError):
    """An authority gave no time-stamp that can be relied on."""


class TimestampRefusedError(TimestampError):
    """An authority will not give this time-stamp: asking again is no use."""


class TimestampUnavailableError(TimestampError):
    """An authority cannot be reached, or not now: ask again later."""


class KeyNotFoundError(SigningError):
    """The backend works, and has no such key or token."""


class AuthenticationFailedError(SigningError):
    """
    A PIN, password or token is refused.

    Nothing tries again with it by itself: devices lock after a few wrong ones.
    """


class PolicyRefusedError(SigningError):
    """Who keeps the key does not allow this: a quota, a time window, four eyes."""


class SignerUnavailableError(SigningError):
    """Nothing was signed, and trying again may help."""


class OutcomeUnknownError(SigningError):
    """
    It is not known whether anything was signed.

    Trying again is safe with the same request ids: what was signed is then handed
    out, not signed twice.
    """


class SignatureInvalidError(EgovArchiveError):
    """A signature does not verify, or its signer is not trusted."""


class EvidenceError(EgovArchiveError):
    """Evidence is malformed, or does not prove what it is asked to prove."""


class StorageError(EgovArchiveError):
    """A storage backend could not do what was asked."""


class AlreadyStoredError(StorageError):
    """Storage is write-once: the key is taken."""

    @classmethod
    def of(cls, key: str) -> AlreadyStoredError:
        return cls(f"already stored: {key!r}", f"已存储：{key!r}")


class NotStoredError(StorageError):
    """Nothing is stored under the key."""

    @classmethod
    def of(cls, key: str) -> NotStoredError:
        return cls(f"not stored: {key!r}", f"未存储：{key!r}")


class JournalError(EgovArchiveError):
    """A journal segment is missing, altered, or not understood."""


class CatalogError(EgovArchiveError):
    """A catalog backend could not do what was asked."""


class EntryNotFoundError(CatalogError):
    """No record has the code."""

    @classmethod
    def of(cls, code: str) -> EntryNotFoundError:
        return cls(
            f"no record has the code {code!r}", f"没有档号为 {code!r} 的电子档案"
        )


class ConflictError(CatalogError):
    """Another record has the case number already."""


class CatalogMismatchError(CatalogError):
    """The catalog was made from another journal."""


class LifecycleError(EgovArchiveError):
    """What is asked may not be done to this record, or not now."""


class StateError(LifecycleError):
    """The record's state does not allow it."""


class RetentionNotExpiredError(LifecycleError):
    """The record's retention period has not ended, or never ends."""


class LegalHoldError(LifecycleError):
    """The record is on hold: nothing may destroy it, by any path."""


class NotTransferredError(LifecycleError):
    """The record must be transferred first, or is still to be kept after that."""


class ApprovalMissingError(LifecycleError):
    """Not enough distinct persons have agreed."""


class RecordDestroyedError(LifecycleError):
    """The record was destroyed, or its destruction has begun."""


class ClockError(LifecycleError):
    """The clock runs behind what is recorded already: dates cannot be relied on."""


class BatchError(EgovArchiveError):
    """A transfer batch is not what it says it is, or cannot be read."""


class ReceiptError(EgovArchiveError):
    """A receipt cannot be relied on, or is not for this batch."""


class ArchiveError(EgovArchiveError):
    """An archive's folder cannot be made or opened."""
