"""A public service 公共服务: joining social insurance, with spreadsheets and text."""

from __future__ import annotations

from datetime import date

from samples.content import Book, Plain, Sheet
from samples.facts import SampleCase, SampleFile, at
from samples.papers import CALC, WRITER_PDF, letter
from samples.people import RECEIVER, SUN

_ITEM, _NUMBER = "灵活就业人员社会保险参保登记", "GF202511030101"
_FORM = Book(
    title="灵活就业人员参保登记表",
    author=SUN.name,
    sheets=(
        Sheet(
            "参保登记表",
            (
                ("灵活就业人员社会保险参保登记表", ""),
                ("姓名", SUN.name),
                ("公民身份号码", SUN.masked),
                ("户籍地址", "某某市某某区样例社区8号"),
                ("就业形式", "网络主播（灵活就业）"),
                ("参保险种", "企业职工基本养老保险、职工基本医疗保险"),
                ("起始年月", "2025年11月"),
                ("缴费方式", "银行代扣"),
            ),
            (4.5, 10.0),
        ),
    ),
)
_AMOUNT = Book(
    title="缴费测算表",
    author="某某市社会保险经办机构（样例）",
    sheets=(
        Sheet(
            "月缴费",
            (
                ("险种", "缴费基数（元）", "费率", "月缴费额（元）"),
                ("基本养老保险", 4500, 0.2, "=[.B2]*[.C2]"),
                ("基本医疗保险", 4500, 0.08, "=[.B3]*[.C3]"),
                ("合计", "", "", "=SUM([.D2:.D3])"),
            ),
            (4.5, 4.0, 2.5, 4.0),
        ),
        Sheet(
            "全年",
            (
                ("月数", "全年缴费额（元）"),
                (2, "=[$月缴费.D4]*[.A2]"),
            ),
            (3.0, 5.0),
        ),
    ),
)
_PROMISE = f"""个人承诺书

某某市社会保险经办机构：

    本人孙八，公民身份号码 {SUN.masked}，自愿以灵活就业人员身份参加社会保险。
本人承诺：
    一、本人未在任何用人单位参加职工社会保险；
    二、填报的信息真实、准确，发生变化时及时申请变更；
    三、按时足额缴纳社会保险费。
    如有不实，愿意承担相应的法律责任。

                                        承诺人：孙八
                                        2025年11月3日
"""
_LOG = f"""办理过程记录\t办件编号：{_NUMBER}
时间\t环节\t办理人\t意见
2025-11-03 09:16:40\t申请\t孙八\t网上提交
2025-11-03 09:17:05\t数据比对\t系统\t户籍、参保状态比对通过
2025-11-03 10:02:11\t受理\t{RECEIVER}\t材料齐全，予以受理
2025-11-03 10:09:54\t办结\t{RECEIVER}\t登记完成
"""

CASE = SampleCase(
    folder="10-public-service",
    kind="public service",
    number=_NUMBER,
    item=_ITEM,
    applicant=SUN,
    accepted_on=date(2025, 11, 3),
    concluded_on=date(2025, 11, 3),
    decision="completed",
    steps=(
        ("2025-11-03T09:16", "申请", SUN.name),
        ("2025-11-03T09:17", "数据比对", "系统"),
        ("2025-11-03T10:02", "受理", RECEIVER),
        ("2025-11-03T10:09", "办结", RECEIVER),
    ),
    files=(
        SampleFile(
            name="参保登记表.xlsx",
            document="灵活就业人员参保登记表",
            role="application",
            made_at=at("2025-11-03 09:05"),
            program=CALC,
            content=_FORM,
        ),
        SampleFile(
            name="个人承诺书.txt",
            document="个人承诺书",
            role="application",
            made_at=at("2025-11-03 09:12"),
            program="某某市政务服务平台（样例）",
            content=Plain(_PROMISE),
        ),
        SampleFile(
            name="缴费测算表.xlsx",
            document="缴费测算表",
            role="procedure",
            made_at=at("2025-11-03 10:04"),
            program=CALC,
            content=_AMOUNT,
        ),
        SampleFile(
            name="办理过程记录.txt",
            document="办理过程记录",
            role="procedure",
            made_at=at("2025-11-03 10:10"),
            program="某某市政务服务平台（样例）",
            content=Plain(_LOG, signature=True, newline="\r\n"),
        ),
        SampleFile(
            name="参保登记结果告知书.pdf",
            document="参保登记结果告知书",
            role="result",
            made_at=at("2025-11-03 10:09"),
            program=WRITER_PDF,
            content=letter(
                "参保登记结果告知书",
                "某社参〔2025〕101号",
                SUN.name,
                (
                    f"你申请的“{_ITEM}”（办件编号：{_NUMBER}）已办结。",
                    (
                        "参保险种：企业职工基本养老保险、职工基本医疗保险；起始年月：2025年11月；"
                        "月缴费额：1260元。"
                    ),
                    "缴费、转移和待遇事项可以在政务服务平台查询。",
                ),
                date(2025, 11, 3),
            ),
        ),
    ),
)
