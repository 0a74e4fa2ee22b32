"""Construction with drawings: permit to begin building 建筑工程施工许可."""

from __future__ import annotations

from datetime import date

from samples.content import Book, Drawing, Line, Para, Sheet, Signed, Table, Text, Title
from samples.drawings import facade, floor_plan, site_plan
from samples.facts import SampleCase, SampleFile, at
from samples.papers import (
    CALC,
    OFD_WRITER,
    RSVG,
    WRITER_DOCX,
    WRITER_PDF,
    certificate,
    form,
)
from samples.people import DECIDER, EXAMINER, RECEIVER, SCHOOL, ZHAO

_ITEM, _NUMBER = "建筑工程施工许可证核发", "SP202601120004"
_PROJECT = "某某市示例小学教学楼"
_BUILDER, _SUPERVISOR = "某某样例建筑工程有限公司", "某某样例工程监理有限公司"
_BILL = Book(
    title="工程量清单",
    author=_BUILDER,
    sheets=(
        Sheet(
            "分部分项",
            (
                ("编码", "项目名称", "单位", "工程量", "综合单价（元）", "合价（元）"),
                *(
                    (code, name, unit, amount, price, f"=[.D{n}]*[.E{n}]")
                    for n, (code, name, unit, amount, price) in enumerate(
                        (
                            ("A1", "挖基坑土方", "立方米", 3260.5, 28.4),
                            ("A2", "现浇混凝土基础", "立方米", 486.0, 612.0),
                            ("A3", "现浇混凝土柱", "立方米", 318.2, 735.5),
                            ("A4", "现浇钢筋", "吨", 142.6, 5480.0),
                            ("A5", "加气混凝土砌块墙", "立方米", 905.0, 468.0),
                            ("A6", "屋面保温防水", "平方米", 1210.0, 186.0),
                        ),
                        start=2,
                    )
                ),
                ("", "合计", "", "", "", "=SUM([.F2:.F7])"),
            ),
            (1.8, 5.0, 2.2, 2.6, 3.4, 3.4),
        ),
        Sheet(
            "汇总",
            (
                ("名称", "金额（元）"),
                ("分部分项工程费", "=[$分部分项.F8]"),
                ("措施项目费", 268000),
                ("税金（9%）", "=ROUND(([.B2]+[.B3])*0.09;2)"),
                ("总价", "=SUM([.B2:.B4])"),
            ),
            (5.0, 4.0),
        ),
    ),
)
_REVIEW = Text(
    title="施工图设计文件审查合格书",
    author="某某样例施工图审查有限公司",
    blocks=(
        Title("施工图设计文件审查合格书"),
        Line("编号：SC2025-1207", "center"),
        Line(""),
        Table(
            (30, 70),
            (
                ("工程名称", _PROJECT),
                ("建设单位", SCHOOL.name),
                ("设计单位", "某某样例建筑设计院"),
                ("建筑面积", "4980平方米，地上4层"),
                ("结构类型", "框架结构"),
                ("审查图纸", "总施-01、建施-01至建施-22、结施-01至结施-31"),
            ),
        ),
        Para("经审查，该项目施工图设计文件符合工程建设强制性标准，审查合格。"),
        Signed("某某样例施工图审查有限公司", "2025年12月19日", sealed=False),
    ),
)

CASE = SampleCase(
    folder="11-construction",
    kind="construction with drawings",
    number=_NUMBER,
    item=_ITEM,
    applicant=SCHOOL,
    agent=ZHAO,
    accepted_on=date(2026, 1, 12),
    concluded_on=date(2026, 1, 19),
    decision="granted",
    licence="建筑工程施工许可证",
    licence_number="某建施〔2026〕0004号",
    steps=(
        ("2026-01-12T10:00", "申请", ZHAO.name),
        ("2026-01-12T14:20", "受理", RECEIVER),
        ("2026-01-16T17:00", "审查", EXAMINER),
        ("2026-01-19T10:30", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="建筑工程施工许可证申请表.docx",
            document="建筑工程施工许可证申请表",
            role="application",
            made_at=at("2026-01-11 15:10"),
            program=WRITER_DOCX,
            content=form(
                "建筑工程施工许可证申请表",
                SCHOOL,
                (
                    ("工程名称", _PROJECT),
                    ("建设地点", "某某市某某区样例路88号"),
                    ("建筑面积", "4980平方米"),
                    ("合同工期", "2026年2月24日至2027年1月31日"),
                    ("施工单位", _BUILDER),
                    ("监理单位", _SUPERVISOR),
                ),
                "本单位承诺建设资金已经落实，所填内容真实。",
                date(2026, 1, 11),
            ),
        ),
        SampleFile(
            name="总平面图.pdf",
            document="施工图",
            role="application",
            made_at=at("2025-11-28 09:00"),
            program=RSVG,
            content=Drawing(site_plan(_PROJECT)),
        ),
        SampleFile(
            name="一层平面图.pdf",
            document="施工图",
            role="application",
            made_at=at("2025-11-28 09:30"),
            program=RSVG,
            content=Drawing(floor_plan(_PROJECT)),
        ),
        SampleFile(
            name="教学楼效果图.png",
            document="教学楼效果图",
            role="application",
            made_at=at("2025-11-20 16:00"),
            program=RSVG,
            content=Drawing(facade("示例小学")),
        ),
        SampleFile(
            name="工程量清单.xlsx",
            document="工程量清单",
            role="application",
            made_at=at("2025-12-25 11:11"),
            program=CALC,
            content=_BILL,
        ),
        SampleFile(
            name="施工图设计文件审查合格书.pdf",
            document="施工图设计文件审查合格书",
            role="procedure",
            made_at=at("2025-12-19 14:00"),
            program=WRITER_PDF,
            content=_REVIEW,
        ),
        SampleFile(
            name="建筑工程施工许可证.ofd",
            document="建筑工程施工许可证",
            role="result",
            made_at=at("2026-01-19 10:30"),
            program=OFD_WRITER,
            content=certificate(
                "建筑工程施工许可证",
                "某建施〔2026〕0004号",
                (
                    ("建设单位", SCHOOL.name),
                    ("工程名称", _PROJECT),
                    ("建设地址", "某某市某某区样例路88号"),
                    ("建设规模", "4980平方米"),
                    ("合同工期", "342天"),
                    ("施工单位", _BUILDER),
                    ("监理单位", _SUPERVISOR),
                ),
                date(2026, 1, 19),
            ),
        ),
    ),
)
