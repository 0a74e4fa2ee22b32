"""An inspection with sound, film and photographs: food production 食品生产许可."""

from __future__ import annotations

from datetime import date

from samples.content import Film, Photo, Speech
from samples.facts import SampleCase, SampleFile, at
from samples.papers import WRITER_DOCX, WRITER_PDF, certificate, form
from samples.people import BAKERY, DECIDER, EXAMINER, LI, RECEIVER

_ITEM, _NUMBER = "食品生产许可（首次申请）", "SP202508040012"
_CAMERA, _RECORDER = "Pillow 13", "ffmpeg 5.1 (espeak-ng 1.51)"

CASE = SampleCase(
    folder="06-on-site-inspection",
    kind="on-site inspection with audio and video",
    number=_NUMBER,
    item=_ITEM,
    applicant=BAKERY,
    agent=LI,
    accepted_on=date(2025, 8, 4),
    concluded_on=date(2025, 8, 20),
    decision="granted",
    licence="食品生产许可证",
    licence_number="SC000样例20250012",
    valid_until=date(2030, 8, 19),
    steps=(
        ("2025-08-04T09:00", "申请", LI.name),
        ("2025-08-04T11:15", "受理", RECEIVER),
        ("2025-08-13T10:30", "现场核查", EXAMINER),
        ("2025-08-20T15:00", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="食品生产许可申请书.docx",
            document="食品生产许可申请书",
            role="application",
            made_at=at("2025-08-03 19:30"),
            program=WRITER_DOCX,
            content=form(
                "食品生产许可申请书",
                BAKERY,
                (
                    ("食品类别", "糕点"),
                    ("品种明细", "热加工糕点：烘烤类糕点"),
                    ("生产地址", "某某市某某区样例工业园3号"),
                    ("主要设备", "和面机2台、烤炉3台、金属检测机1台"),
                    ("食品安全管理人员", "李四"),
                ),
                "本单位承诺申请书及所附材料内容真实。",
                date(2025, 8, 3),
            ),
        ),
        SampleFile(
            name="核查照片1-生产车间.jpg",
            document="现场核查照片",
            role="procedure",
            made_at=at("2025-08-13 09:42"),
            program=_CAMERA,
            content=Photo("workshop", "某某样例糕点　生产车间"),
        ),
        SampleFile(
            name="核查照片2-原料库.jpg",
            document="现场核查照片",
            role="procedure",
            made_at=at("2025-08-13 09:55"),
            program=_CAMERA,
            content=Photo("store", "某某样例糕点　原料库"),
        ),
        SampleFile(
            name="现场核查录音.wav",
            document="现场核查录音",
            role="procedure",
            made_at=at("2025-08-13 10:05"),
            program=_RECORDER,
            content=Speech("现场核查开始，请出示工作证件。"),
        ),
        SampleFile(
            name="企业陈述录音.mp3",
            document="企业陈述录音",
            role="procedure",
            made_at=at("2025-08-13 10:20"),
            program=_RECORDER,
            content=Speech("我单位对核查结论没有异议。"),
        ),
        SampleFile(
            name="现场核查视频.mp4",
            document="现场核查视频",
            role="procedure",
            made_at=at("2025-08-13 09:40"),
            program=_RECORDER,
            content=Film("workshop", "这里是糕点生产车间，设备运行正常。"),
        ),
        SampleFile(
            name="食品生产许可证.pdf",
            document="食品生产许可证",
            role="result",
            made_at=at("2025-08-20 15:00"),
            program=WRITER_PDF,
            content=certificate(
                "食品生产许可证",
                "SC000样例20250012",
                (
                    ("生产者名称", BAKERY.name),
                    ("统一社会信用代码", BAKERY.identifier),
                    ("生产地址", "某某市某某区样例工业园3号"),
                    ("食品类别", "糕点"),
                    ("有效期至", "2030年8月19日"),
                ),
                date(2025, 8, 20),
                archival=True,
            ),
        ),
    ),
)
