"""Write case.json of each sample case, and the schedule that they are filed by."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from samples.cases import CASES
from samples.facts import AGENCY, Person, SampleCase, SampleFile

from egovarchive.exchange.case_json import dump_case
from egovarchive.exchange.schedule_files import dump_schedule_csv
from egovarchive.records.case import Case, Decision, JointHandling, Licence
from egovarchive.records.document import (
    ColourMode,
    Digitisation,
    Document,
    File,
    Form,
    Provenance,
    Role,
)
from egovarchive.records.identifiers import (
    organization_code_check_character,
    uscc_check_character,
)
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import Party
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.step import Step
from egovarchive.testing.samples.generated import ITEMS

TARGET = Path(__file__).parents[1] / "src/egovarchive/testing/samples/files"
PERIODS = ("D30", "D10", "D30", "Y", "D30", "D30", "D10", "D10", "D10", "Y", "Y", "D30")
MEDIA = frozenset({".jpg", ".wav", ".mp3", ".mp4"})
INSPECTION = "06-on-site-inspection"
PUBLIC_SERVICE = "10-public-service"
# What the approval system of some cases told of their files.
DECLARED: dict[str, dict[str, Any]] = {
    "公共场所卫生许可证申请表.docx": {"format": "DOCX"},
    "卫生检测报告.pdf": {"format": "PDF", "pages": 1},
    "公共场所卫生许可证.ofd": {"format": "OFD", "pages": 1},
    "林木采伐申请表（扫描件）.tif": {
        "format": "TIFF", "pages": 2, "width": 2481, "height": 3508,
    },
    "林权证第1页.jpg": {"format": "JPEG", "width": 1654, "height": 2339},
    "林权证第2页.jpg": {"format": "JPEG", "width": 1654, "height": 2339},
    "现场踏查记录（扫描件）.tif": {
        "format": "TIFF", "pages": 1, "width": 2481, "height": 3508,
    },
    "核查照片1-生产车间.jpg": {"format": "image/jpeg", "width": 720, "height": 480},
    "核查照片2-原料库.jpg": {"format": "image/jpeg", "width": 720, "height": 480},
    "现场核查录音.wav": {"format": "audio/wav", "seconds": 2.9},
    "企业陈述录音.mp3": {"format": "audio/mpeg", "seconds": 3},
    "现场核查视频.mp4": {
        "format": "video/mp4", "width": 320, "height": 240, "seconds": 2.9,
    },
}  # fmt: skip


def item_code(number: int) -> str:
    """Return an implementing code of the samples' agency, with right check characters."""
    organization = "MAXXXXX0"
    organization += organization_code_check_character(organization)
    first17 = f"11110000{organization}"
    return f"{first17}{uscc_check_character(first17)}3{110000000000 + number}"


def party(person: Person) -> Party:
    make = Party.legal if person.kind == "legal" else Party.natural
    return make(person.name, person.identifier)


def documents(case: SampleCase) -> list[Document]:
    """Return the documents of *case*: files of one name are parts of one."""
    grouped: dict[str, list[SampleFile]] = {}
    for file in case.files:
        grouped.setdefault(file.document, []).append(file)
    return [
        document(case, name, files, code=f"{number:03}")
        for number, (name, files) in enumerate(grouped.items(), start=1)
    ]


def document(
    case: SampleCase, name: str, files: list[SampleFile], *, code: str
) -> Document:
    first = files[0]
    provenance = Provenance(first.provenance)
    if case.folder == INSPECTION and Path(first.name).suffix in MEDIA:
        provenance = Provenance.EVIDENTIARY
    scan = first.scan
    return Document(
        name=name,
        code=code,
        role=Role(first.role),
        provenance=provenance,
        called_from=first.called_from,
        form=Form.ORIGINAL if scan else Form.ELECTRONIC,
        digitised=scan
        and Digitisation(
            resolution=scan.resolution,
            colour_mode=ColourMode(scan.colour_mode),
            compression=scan.compression,
            verified_by=scan.verified_by,
            verified_on=scan.verified_on,
        ),
        files=[
            File(
                file.name,
                TARGET / case.folder / file.name,
                created_at=file.made_at,
                program=file.program,
                **DECLARED.get(file.name, {}),
            )
            for file in files
        ],
    )


def case_of(case: SampleCase, number: int) -> Case:
    licence = case.licence and Licence(
        name=case.licence, number=case.licence_number, valid_until=case.valid_until
    )
    joint = case.joint and JointHandling(
        number=case.joint_number or "", name=case.joint, lead=AGENCY
    )
    kind = "公共服务" if case.folder == PUBLIC_SERVICE else "行政许可"
    return Case(
        number=case.number,
        item=ServiceItem(code=item_code(number), name=case.item, type=kind),
        title=f"{case.applicant.name}{case.item}",
        applicant=party(case.applicant),
        agent=case.agent and party(case.agent),
        accepted_on=case.accepted_on,
        concluded_on=case.concluded_on,
        decision=Decision(case.decision),
        licences=[licence] if licence else [],
        joint=joint or None,
        documents=documents(case),
        steps=[
            Step(
                activity=activity,
                actor=actor,
                unit=AGENCY,
                at=datetime.fromisoformat(at),
            )
            for at, activity, actor in case.steps
        ],
    )


def rule(case: Case, period: str) -> ScheduleRule:
    """Return a rule under which *case* is complete: its form, and its licence."""
    required = [case.documents[0].name]
    if case.licences:
        required.append(case.documents[-1].name)
    return ScheduleRule(
        item_code=case.item.code,
        item_name=case.item.name,
        period=RetentionPeriod.parse(period),
        required=required,
        source="样例",
    )


def main() -> None:
    cases = [case_of(case, number) for number, case in enumerate(CASES, start=1)]
    rules = [rule(c, period) for c, period in zip(cases, PERIODS, strict=True)]
    rules += [
        ScheduleRule(
            item_code=code,
            item_name=name,
            period=RetentionPeriod.parse(period),
            source="样例",
        )
        for (code, name), period in zip(ITEMS, ("Y", "D30", "D10"), strict=True)
    ]
    schedule = RetentionSchedule(
        version="2025-1",
        approved_by="某某市档案局（样例）",
        approval_number="样例档发〔2024〕1号",
        effective_on=date(2025, 1, 1),
        rules=rules,
    )
    (TARGET / "schedule.csv").write_bytes(dump_schedule_csv(schedule))
    for sample, case in zip(CASES, cases, strict=True):
        folder = TARGET / sample.folder
        text = dump_case(case, content="paths", folder=folder)
        (folder / "case.json").write_bytes(text)
        sys.stdout.write(f"{sample.folder}: {len(text)} bytes\n")


if __name__ == "__main__":
    main()
