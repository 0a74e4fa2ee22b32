"""A licence is granted: sanitation in public places 公共场所卫生许可."""

from __future__ import annotations

from datetime import date

from samples.content import Line, Para, Signed, Table, Text, Title
from samples.facts import AGENCY, SampleCase, SampleFile, at
from samples.papers import (
    OFD_WRITER,
    WRITER_DOCX,
    WRITER_PDF,
    acceptance,
    certificate,
    form,
)
from samples.people import DECIDER, EXAMINER, POOL, RECEIVER, ZHANG

_ITEM, _NUMBER = "公共场所卫生许可（新办）", "SP202503030017"
_REPORT = Text(
    title="公共场所卫生检测报告",
    author="某某样例检测技术有限公司",
    blocks=(
        Title("公共场所卫生检测报告"),
        Line("报告编号：JC2025-0212　　委托单位：某某市示例游泳馆有限公司"),
        Table(
            (34, 24, 24, 18),
            (
                ("检测项目", "限值", "检测结果", "判定"),
                ("池水浑浊度（NTU）", "≤1", "0.4", "合格"),
                ("pH 值", "7.0～7.8", "7.4", "合格"),
                ("游离性余氯（mg/L）", "0.3～1.0", "0.6", "合格"),
                ("尿素（mg/L）", "≤3.5", "1.2", "合格"),
                ("室内二氧化碳（%）", "≤0.15", "0.08", "合格"),
                ("池水温度（℃）", "23～30", "27.1", "合格"),
            ),
        ),
        Para("结论：所检项目全部合格。本报告仅对来样和现场检测时的状况负责。"),
        Signed("某某样例检测技术有限公司", "2025年2月24日", sealed=False),
    ),
)
_OPINION = Text(
    title="行政许可审查意见表",
    author=AGENCY,
    blocks=(
        Title("行政许可审查意见表"),
        Table(
            (24, 76),
            (
                ("办件编号", _NUMBER),
                ("事项名称", _ITEM),
                ("申请人", POOL.name),
                (
                    "材料审查",
                    (
                        "申请表、检测报告齐全，内容一致；经营场所布局、设施符合要求。"
                        f"审查人：{EXAMINER}　2025年3月10日"
                    ),
                ),
                (
                    "现场审核",
                    (
                        "循环净化消毒装置、浸脚消毒池、淋浴室运行正常，从业人员健康合格证明"
                        f"齐全。审核人：{EXAMINER}、{RECEIVER}　2025年3月12日"
                    ),
                ),
                ("审查结论", "建议准予许可，许可项目：游泳馆。"),
                ("审批意见", f"同意。　{DECIDER}　2025年3月17日"),
            ),
        ),
    ),
)

CASE = SampleCase(
    folder="01-licence-granted",
    kind="licence granted",
    number=_NUMBER,
    item=_ITEM,
    applicant=POOL,
    agent=ZHANG,
    accepted_on=date(2025, 3, 3),
    concluded_on=date(2025, 3, 17),
    decision="granted",
    licence="公共场所卫生许可证",
    licence_number="某卫公证字〔2025〕第0017号",
    valid_until=date(2029, 3, 16),
    steps=(
        ("2025-03-03T09:20", "申请", ZHANG.name),
        ("2025-03-03T10:05", "受理", RECEIVER),
        ("2025-03-12T15:40", "审查", EXAMINER),
        ("2025-03-17T11:00", "决定", DECIDER),
        ("2025-03-17T16:10", "颁证", RECEIVER),
    ),
    files=(
        SampleFile(
            name="公共场所卫生许可证申请表.docx",
            document="公共场所卫生许可证申请表",
            role="application",
            made_at=at("2025-03-02 20:15"),
            program=WRITER_DOCX,
            content=form(
                "公共场所卫生许可证申请表",
                POOL,
                (
                    ("申请类别", "新办"),
                    ("许可项目", "游泳馆"),
                    ("经营地址", "某某市某某区样例路18号"),
                    ("经营面积", "1860平方米"),
                    ("法定代表人", "张三"),
                    ("委托代理人", f"张三　{ZHANG.masked}"),
                    ("从业人员", "26人，其中持健康合格证明26人"),
                ),
                "本单位承诺：所提交的申请材料真实、有效，并对其真实性承担法律责任。",
                date(2025, 3, 2),
            ),
        ),
        SampleFile(
            name="卫生检测报告.pdf",
            document="公共场所卫生检测报告",
            role="application",
            made_at=at("2025-02-24 16:32"),
            program=WRITER_PDF,
            content=_REPORT,
        ),
        SampleFile(
            name="受理通知书.pdf",
            document="受理通知书",
            role="procedure",
            made_at=at("2025-03-03 10:05"),
            program=WRITER_PDF,
            content=acceptance(
                _ITEM,
                "某行审受〔2025〕17号",
                _NUMBER,
                POOL.name,
                ("公共场所卫生许可证申请表", "公共场所卫生检测报告"),
                date(2025, 3, 3),
            ),
        ),
        SampleFile(
            name="审查意见表.pdf",
            document="行政许可审查意见表",
            role="procedure",
            made_at=at("2025-03-17 11:00"),
            program=WRITER_PDF,
            content=_OPINION,
        ),
        SampleFile(
            name="公共场所卫生许可证.ofd",
            document="公共场所卫生许可证",
            role="result",
            made_at=at("2025-03-17 16:10"),
            program=OFD_WRITER,
            content=certificate(
                "公共场所卫生许可证",
                "某卫公证字〔2025〕第0017号",
                (
                    ("单位名称", POOL.name),
                    ("法定代表人", "张三"),
                    ("地址", "某某市某某区样例路18号"),
                    ("许可项目", "游泳馆"),
                    ("有效期限", "2025年3月17日至2029年3月16日"),
                ),
                date(2025, 3, 17),
            ),
        ),
    ),
)
