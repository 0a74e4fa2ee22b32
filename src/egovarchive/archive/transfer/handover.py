"""Handover 交接: the form 移交与接收登记表, as it is filled in by who receives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import evolve

from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.errors import BatchError
from egovarchive.exchange.dat93 import Volume
from egovarchive.exchange.dat93.statement import CARRIER_PARAMETERS
from egovarchive.exchange.forms.handover import (
    ONLINE,
    CarrierDigest,
    Difference,
    HandoverForm,
    Inspections,
)
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import FileFate, RecordFate
from egovarchive.records.digest import Digest, hexdigest

_TOLD: Final = 5  # differences in one error


def found_form(declared: HandoverForm, incoming: Incoming) -> HandoverForm:
    """Return *declared* with what was found in *incoming* in place of what it says."""
    volumes, listed = incoming.batch.volumes, incoming.listed
    first = volumes[0].statement.texts
    on_carriers = incoming.is_on_carriers
    return evolve(
        declared,
        items=sum(volume.count for volume in volumes),
        size=sum(volume.size for volume in volumes),
        carrier=first.get(CARRIER_PARAMETERS, "-") if on_carriers else ONLINE,
        carriers=f"1-{len(volumes)}" if on_carriers else None,
        sender=evolve(declared.sender, unit=listed.unit),
        recipient=evolve(declared.recipient, unit=listed.recipient),
        digests=tuple(_digests(declared, volumes)),
    )


def _digests(
    declared: HandoverForm, volumes: Sequence[Volume]
) -> Iterator[CarrierDigest]:
    algorithms = {each.number: each.digest.algorithm for each in declared.digests}
    for volume in volumes:
        number = str(volume.statement.place.number)
        algorithm = algorithms.get(number, volume.checksums.primary)
        codes = [row.code for row in volume.rows]
        yield CarrierDigest(
            number=number,
            content=f"{codes[0]} 至 {codes[-1]}" if codes else "-",
            digest=Digest(algorithm, hexdigest(algorithm, volume.manifest)),
            size=volume.size,
        )


def check_same(differences: Sequence[Difference]) -> None:
    """Raise `BatchError` if the batch is not what its form says."""
    if not differences:
        return
    told, more = differences[:_TOLD], len(differences) - _TOLD
    en, zh = (
        "; ".join(
            f"{words}: {each.declared or '-'} / {each.found or '-'}"
            for words, each in zip(labels, told, strict=True)
        )
        for labels in (
            [each.label.en for each in told],
            [each.label.zh for each in told],
        )
    )
    raise BatchError(
        "the handover form says otherwise (declared / found): "
        + en
        + f"; {more} more" * (more > 0),
        "与移交与接收登记表不符（登记 / 实际）："
        + zh
        + f"；另有 {more} 处" * (more > 0),
    )


def signed_for(form: HandoverForm, receipt: Receipt) -> HandoverForm:
    """
    Return *form* as the archives fill it in, by what *receipt* says.

    What nobody inspected stays open: carriers, and whether files can be read and are
    free of malware.
    """
    fates, files = receipt.counts(), receipt.file_counts()
    accepted, again = fates[RecordFate.ACCEPTED], fates[RecordFate.DUPLICATE]
    refused, total = fates[RecordFate.REJECTED], sum(fates.values())
    bad = sum(files[each] for each in (FileFate.MISSING, FileFate.ADDED))
    return evolve(
        form,
        recipient=evolve(
            form.recipient,
            inspections=Inspections(
                accuracy=f"应收 {total} 件：接收 {accepted} 件，重复 {again} 件，"
                f"拒收 {refused} 件",
                integrity=f"逐文件核对数字摘要：接收的 {files[FileFate.ACCEPTED]} "
                f"个文件一致，缺失或多余 {bad} 个",
            ),
            filled_by=receipt.by,
            on=receipt.at.date(),
        ),
    )
