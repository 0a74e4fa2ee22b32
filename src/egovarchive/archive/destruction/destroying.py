"""Destroying 销毁: lists are made, approved, executed before witnesses, certified."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.codes import code_of
from egovarchive.archive.destruction.destruction_files import DestructionFiles
from egovarchive.archive.destruction.destruction_status import (
    DestructionStatus,
    status_of,
)
from egovarchive.archive.destruction.executing import Executing, agreement_of
from egovarchive.archive.destruction.listing import Listing
from egovarchive.errors import RecordDestroyedError, StateError
from egovarchive.lifecycle.agreement import Agreement
from egovarchive.lifecycle.certificate import DestructionCertificate
from egovarchive.lifecycle.destruction_list import DestructionList, ListKind
from egovarchive.lifecycle.dialogue.forms import check_words
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import strings
from egovarchive.storage import Storage

if TYPE_CHECKING:
    from egovarchive.exchange.forms.destruction import DestructionListForm


@frozen
class Destroying:
    """
    Destroys records, under two pairs of eyes; see `Archive.destruction`.

    Args:
        acting: Does things to records.
    """

    _acting: Acting = field(repr=False)

    def list(
        self,
        codes: Iterable[ArchivalCode | str] | None = None,
        *,
        purge: bool = False,
        by: str,
    ) -> DestructionList:
        """
        Make a destruction list 销毁清册; return it. Nothing is destroyed by this.

        Args:
            codes: Records that an appraisal proposed for destruction; None: all of
                those that may be listed now.
            purge: List instead the own copies of what the archives have accepted, once
                custody is over.
            by: Who makes the list.

        Raises:
            LegalHoldError: One of *codes* is on hold.
            NotTransferredError: There is no verified receipt for it, or its custody is
                not over; or it must be transferred first.
            RetentionNotExpiredError: Its retention has not ended.
            StateError: It was not proposed for destruction.
            InvalidValueError: There is nothing to list, or too much.
        """
        kind = ListKind.PURGE if purge else ListKind.DESTROY
        chosen = None if codes is None else [code_of(code) for code in codes]
        return Listing(self._acting, kind, by).make(chosen)

    def approve(self, list_id: str, *, by: str, role: str, opinion: str) -> Agreement:
        """
        Record that one person approves a list; return who agreed so far.

        Two distinct persons must, neither of them who made the list. What they say is
        kept for ever, and must not name an applicant.

        Args:
            list_id: The list.
            by: Who approves.
            role: As what, such as 分管领导.
            opinion: What they say.

        Raises:
            ApprovalMissingError: They made the list, or have approved it already.
            InvalidValueError: What they say holds a personal number.
            StateError: There is no such list, or its execution has begun.
        """
        check_words(role, "role")
        check_words(opinion, "opinion")
        files = self._files(list_id)

        def choose() -> Sequence[Event]:
            agreement_of(files).check_approver(by)
            return [
                Event(
                    kind=EventKind.DESTRUCTION_APPROVED,
                    code=None,
                    at=self._acting.now(),
                    by=by,
                    details={"list": files.list_id, "role": role, "opinion": opinion},
                )
            ]

        agreement_of(files)
        # What is approved must be what was listed.
        files.list()
        self._acting.decide(choose)
        return agreement_of(files)

    def strike(
        self,
        list_id: str,
        codes: Iterable[ArchivalCode | str],
        *,
        by: str,
        reason: str,
    ) -> None:
        """
        Strike records off a list: they stand again where they stood before.

        Args:
            list_id: The list.
            codes: The records.
            by: Who does it.
            reason: Why; kept for ever.

        Raises:
            InvalidValueError: *reason* holds a personal number.
            StateError: One is not on this list.
            RecordDestroyedError: Its destruction has begun, and its bytes are gone.
        """
        check_words(reason, "reason")
        files = self._files(list_id)

        def choose(part: Sequence[ArchivalCode]) -> Sequence[Event]:
            at, details = self._acting.now(), {"list": files.list_id, "reason": reason}
            for code in part:
                self._check_struck(files, code)
            return [
                Event(kind=EventKind.STRUCK, code=code, at=at, by=by, details=details)
                for code in part
            ]

        self._acting.decide_in_parts([code_of(code) for code in codes], choose)

    def status(self, list_id: str) -> DestructionStatus:
        """
        Return how far a list is, and which holds stand in its way.

        Raises:
            StateError: There is no such list.
            StorageError: It was altered, or is missing.
        """
        return status_of(self._files(list_id))

    def lists(self) -> Iterator[DestructionStatus]:
        """Yield how far each list is, in the order in which they were made."""
        acting = self._acting
        acting.archiving.register.refresh()
        events = [*acting.archiving.catalog.events_of_fonds(acting.fonds)]
        for event in events:
            if event.kind is EventKind.DESTRUCTION_LISTED:
                yield status_of(self._files(event.details["list"]))

    def execute(
        self,
        list_id: str,
        *,
        witnesses: Iterable[str],
        method: str,
        copies: Iterable[Storage] = (),
    ) -> DestructionCertificate:
        """
        Destroy what is on an approved list; return the certificate 销毁证明.

        In this order: the list is signed, and time-stamped if there is an authority;
        the journal says that it begins; tombstones are kept; the packages are deleted
        in *copies* and in the archive's storage, and looked for again; the journal
        says that they are gone; the certificate is kept, signed, time-stamped and
        recorded. Whatever interrupts it, the same call goes on with it; once it is
        done, it returns the certificate.

        Args:
            list_id: The list.
            witnesses: Two persons who watch 监销人, neither of whom approved it.
            method: How it is done 销毁方式, such as ``"删除存储对象"``.
            copies: Other storages with the same keys, such as backups: the packages
                are deleted there too.

        Raises:
            ApprovalMissingError: Too few approvals; or the witnesses are one person,
                or approved the list.
            LegalHoldError: A record is on hold. If the hold came in the middle, what
                it covers and is still whole was struck off; call again for the rest.
            RetentionNotExpiredError, NotTransferredError: What was listed may not be
                destroyed any more.
            ClockError: The clock is wrong.
            SigningError, TimestampError: Nobody can certify it now.
            NotStoredError, PackageError: A package is missing or damaged: strike it
                off. What is lost is not destroyed.
            StorageError: A backend failed; call again.
            StateError: There is no such list, or all of it was struck off.
        """
        return Executing(
            self._files(list_id), strings(witnesses), method, tuple(copies)
        ).run()

    def certificate(self, list_id: str) -> DestructionCertificate:
        """
        Return the certificate of a list.

        Raises:
            StateError: There is no such list, or it was not executed to the end.
            NotStoredError, StorageError: It is missing, or was altered.
        """
        files = self._files(list_id)
        return files.certificate(self._certified(files))

    def export_certificate(self, list_id: str, folder: str | os.PathLike[str]) -> Path:
        """
        Write all that proves a destruction into *folder*; return it.

        Who has it needs none of our software: ``verify.sh`` in it runs on what comes
        with any system, and a page tells what it proves, and what not.

        Args:
            list_id: The list.
            folder: A folder that does not exist, or is empty.

        Raises:
            StateError: It was not executed to the end.
            ArchiveError: The folder is not empty, or cannot be written; or the archive
                was opened without signers to trust.
            SignatureInvalidError: The signature is not good. Nothing is written.
            StorageError: Something is missing, or was altered.
        """
        from egovarchive.archive.destruction.certificate_folder import (  # noqa: PLC0415 - heavy
            CertificateFolder,
        )

        files = self._files(list_id)
        certificate = files.certificate(self._certified(files))
        return CertificateFolder(files).write(certificate, Path(folder))

    def form(self, list_id: str) -> DestructionListForm:
        """
        Return the printable form 销毁清册 of a list, as far as it is.

        Raises:
            StateError: There is no such list, or all of it was struck off.
        """
        from egovarchive.archive.destruction.destruction_paper import form_of  # noqa: PLC0415

        return form_of(self.status(list_id), self._acting)

    def _files(self, list_id: str) -> DestructionFiles:
        files = DestructionFiles(self._acting, list_id)
        self._acting.archiving.register.refresh()
        return files

    def _certified(self, files: DestructionFiles) -> str:
        digest = agreement_of(files).certificate
        if digest is None:
            raise StateError(
                f"list {files.list_id} has no certificate: it was not executed",
                f"销毁清册 {files.list_id} 尚未执行完毕，没有证明",
            )
        return digest

    def _check_struck(self, files: DestructionFiles, code: ArchivalCode) -> None:
        from egovarchive.archive.destruction.burying import is_whole  # noqa: PLC0415 - evidence

        standing = self._acting.standing(code)
        if standing.listed != files.list_id:
            raise StateError(
                f"{code} is not on list {files.list_id}",
                f"{code} 不在销毁清册 {files.list_id} 中",
            )
        # In storage it may be gone before the journal says so.
        begun = standing.state is State.DESTROYING and not is_whole(files, code)
        if begun or standing.state is State.DESTROYED:
            raise RecordDestroyedError(
                f"{code} was destroyed: it cannot be struck off",
                f"{code} 已销毁，不能移出清册",
            )
