"""Outbox 移交件: the batch of a transfer list, written for the archives to take."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.transfer.batch import Batches
from egovarchive.archive.transfer.correspondence import signature_once
from egovarchive.errors import NotStoredError, StorageError
from egovarchive.exchange.dat93 import (
    Description,
    PlannedVolume,
    plan,
    write_file,
    write_folder,
)
from egovarchive.exchange.dat93.layout import TRANSFER_LIST
from egovarchive.exchange.forms.form_html import form_html
from egovarchive.exchange.forms.form_odt import form_odt
from egovarchive.exchange.forms.handover import (
    ONLINE,
    CarrierDigest,
    HandoverForm,
    Inspections,
    Side,
)
from egovarchive.exchange.forms.handover_json import dump_handover
from egovarchive.lifecycle.dialogue.kind import MessageKind
from egovarchive.lifecycle.dialogue.notice import TransferNotice, Volume
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage, file_names
from egovarchive.lifecycle.dialogue.transfer_list import TransferList

FORM: Final = "移交与接收登记表"


@frozen(kw_only=True)
class Sent:
    """
    What was written of a batch.

    Args:
        listed: Its transfer list.
        volumes: Where its volumes lie: folders, or files if it goes online.
        notice: The signed notice 移交通知.
        form: The handover form 移交与接收登记表, as the sender fills it in.
        files: Where the notice, its signature and the form lie.
    """

    listed: TransferList = field(repr=False)
    volumes: tuple[Path, ...]
    notice: SignedMessage = field(repr=False)
    form: HandoverForm = field(repr=False)
    files: tuple[Path, ...] = field(repr=False)


@frozen
class Outbox:
    """
    Writes the batch of a list.

    Args:
        acting: The archive that sends.
        batches: Its batches.
        listed: What is sent.
        medium: Type of the carrier; None: online.
        environment: What one needs to read the records.
    """

    acting: Acting = field(repr=False)
    batches: Batches
    listed: TransferList
    medium: str | None
    environment: str

    def write(self, to: Path, by: str, medium_size: int | None) -> Sent:
        """Write all of it into the folder *to*; see `Transferring.send`."""
        volumes = self._volumes(medium_size)
        try:
            to.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"cannot make {to}: {error.strerror}",
                f"无法建立 {to}：{error.strerror}",
            ) from error
        places = [self._write_volume(volume, to) for volume in volumes]
        form = self._form(volumes, by)
        notice = self._notice(volumes, form, by)
        return Sent(
            listed=self.listed,
            volumes=tuple(places),
            notice=notice,
            form=form,
            files=tuple(self._write_about(to, notice, form)),
        )

    def _volumes(self, medium_size: int | None) -> list[PlannedVolume]:
        listed = self.listed
        years = sorted({record.code.series.year for record in listed.records})
        planned = plan(
            self.batches.items(listed),
            Description(
                batch=listed.id,
                unit=listed.unit,
                content=_content(listed, years),
                environment=self.environment,
                carrier=None if self.medium is None else f"{listed.id[:12]}-{{}}",
                carrier_parameters=self.medium,
                made_by=listed.unit,
            ),
            medium_size=medium_size,
            about={TRANSFER_LIST: listed.encode()},
        )
        return [volume.sealed(self._signature(volume.manifest)) for volume in planned]

    def _signature(self, data: bytes) -> bytes:
        key = self.batches.key(
            self.listed.id, f"signatures/{sha256(data).hexdigest()}.p7s"
        )
        return signature_once(self.acting, key, data)

    def _write_volume(self, volume: PlannedVolume, to: Path) -> Path:
        name = f"{self.listed.id[:16]}-{volume.place.number:03}"
        if self.medium is None:
            return write_file(volume, to / f"{name}.zip")
        return write_folder(volume, to / name)

    def _form(self, volumes: Sequence[PlannedVolume], by: str) -> HandoverForm:
        listed = self.listed
        years = sorted({record.code.series.year for record in listed.records})
        # What the sender inspected is what `send` did: every byte was compared with
        # its digest while it was written, and checks were made before.
        return HandoverForm(
            name=f"{listed.unit}政务服务电子档案移交（全宗 {listed.fonds}，"
            f"批次 {listed.id[:12]}）"[:200],
            content=_content(listed, years),
            items=len(listed.records),
            size=sum(volume.size for volume in volumes),
            carrier=self.medium or ONLINE,
            carriers=None if self.medium is None else f"1-{len(volumes)}",
            sender=Side(
                unit=listed.unit,
                inspections=Inspections(
                    accuracy="目录、数量、数据量与移交清单一致",
                    integrity="逐文件核对数字摘要，一致",
                ),
                filled_by=by,
            ),
            recipient=Side(unit=listed.recipient),
            digests=[
                CarrierDigest(
                    number=str(volume.place.number),
                    content=f"{volume.codes[0]} 至 {volume.codes[-1]}",
                    digest=volume.digest,
                    size=volume.size,
                )
                for volume in volumes
            ],
        )

    def _notice(
        self, volumes: Sequence[PlannedVolume], form: HandoverForm, by: str
    ) -> SignedMessage:
        """Return the one notice of these volumes: once made, it is sent again."""
        digest = sha256(dump_handover(form)).hexdigest()
        key = self.batches.key(self.listed.id, f"notices/{digest}.json")
        try:
            data = self.acting.kept(key)
        except NotStoredError:
            data = self._new_notice(volumes, digest, by).encode()
            # Another process may have been faster, by a second.
            data = self.acting.keep_first(key, data)
        return SignedMessage(
            kind=MessageKind.NOTICE, data=data, signature=self._signature(data)
        )

    def _new_notice(
        self, volumes: Sequence[PlannedVolume], form: str, by: str
    ) -> TransferNotice:
        number, offline = self.listed.id[:12], self.medium is not None
        return TransferNotice(
            batch=self.listed.id,
            offered=self.listed.offered,
            volumes=[
                Volume(
                    number=volume.place.number,
                    carrier=f"{number}-{volume.place.number}" if offline else None,
                    digests=[volume.digest],
                    size=volume.size,
                    count=len(volume.codes),
                )
                for volume in volumes
            ],
            form=form,
            by=by,
            at=self.acting.now(),
        )

    def _write_about(
        self, to: Path, notice: SignedMessage, form: HandoverForm
    ) -> list[Path]:
        name, signature = file_names(notice.read())
        files = {str(name): notice.data, str(signature): notice.signature}
        for each, data in files.items():
            write_whole(to / each, data)
        return [*(to / each for each in files),
                *write_form(form, to, self.listed.id[:16])]  # fmt: skip


def write_form(form: HandoverForm, folder: Path, number: str) -> list[Path]:
    """
    Write *form* into *folder*, as data and to be printed; return where it is.

    Args:
        form: It.
        folder: A folder that is there.
        number: What tells it from others, in the names of its files.
    """
    printed = form.form()
    files = {
        ".json": dump_handover(form),
        ".html": form_html(printed).encode(),
        ".odt": form_odt(printed),
    }
    paths = [folder / f"{FORM}-{number}{suffix}" for suffix in files]
    for path, data in zip(paths, files.values(), strict=True):
        write_whole(path, data)
    return paths


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all, whatever was there."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror}",
            f"无法写入 {path}：{error.strerror}",
        ) from error


def _content(listed: TransferList, years: Sequence[int]) -> str:
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    periods = {record.period.title for record in listed.records}
    return (
        f"{listed.unit}（全宗 {listed.fonds}）{span}年度政务服务办件电子档案，"
        f"保管期限：{'、'.join(sorted(periods))}"
    )
