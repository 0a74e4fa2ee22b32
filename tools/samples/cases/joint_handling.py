"""Several agencies handle one matter 联办: starting a business 开办企业一件事."""

from __future__ import annotations

from datetime import date

from samples.content import Line, Para, Plain, Signed, Table, Text, Title
from samples.facts import AGENCY, SampleCase, SampleFile, at
from samples.papers import (
    OFD_WRITER,
    WRITER_DOCX,
    WRITER_PDF,
    certificate,
    form,
)
from samples.people import DECIDER, DINER, EXAMINER, RECEIVER, WANG

_ITEM, _NUMBER = "有限责任公司设立登记", "SP202506090045"
_JOINT, _JOINT_NUMBER = "开办企业“一件事”", "LB202506090002"
_ARTICLES = Text(
    title="某某王五样例餐饮管理有限公司章程",
    author=WANG.name,
    blocks=(
        Title("公司章程"),
        Line(DINER.name, "center"),
        Para("第一条　公司名称：某某王五样例餐饮管理有限公司。"),
        Para("第二条　公司住所：某某市某某区样例街6号。"),
        Para(
            "第三条　公司经营范围：餐饮管理；餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）。"
        ),
        Para(
            "第四条　公司注册资本：人民币50万元。股东以货币出资，自公司成立之日起五年内缴足。"
        ),
        Table(
            (20, 40, 20, 20),
            (
                ("股东", "证件号码", "出资额", "出资比例"),
                ("王五", WANG.masked, "50万元", "100%"),
            ),
        ),
        Para("第五条　公司不设董事会，设董事一名，由股东委派，为公司的法定代表人。"),
        Para("第六条　本章程自股东签字之日起生效。"),
        Signed("股东（签字）：王五", "2025年6月8日", sealed=False),
    ),
)
_SEALS = Text(
    title="公章刻制备案回执",
    author="某某市公安局（样例）",
    blocks=(
        Title("公章刻制备案回执"),
        Table(
            (30, 70),
            (
                ("联办件编号", _JOINT_NUMBER),
                ("用章单位", DINER.name),
                ("印章种类", "法定名称章1枚、财务专用章1枚、发票专用章1枚"),
                ("刻制单位", "某某样例印章店"),
                ("备案时间", "2025年6月10日"),
            ),
        ),
        Signed("某某市公安局（样例）", "2025年6月10日", sealed=False),
    ),
)
_FLOW = f"""<?xml version="1.0" encoding="UTF-8"?>
<联办流转记录 联办件编号="{_JOINT_NUMBER}" 事项="{_JOINT}" 牵头部门="{AGENCY}">
  <申请人 姓名="王五"/>
  <环节 序号="1" 部门="{AGENCY}" 事项="{_ITEM}" 办件编号="{_NUMBER}">
    <受理时间>2025-06-09T09:40:00+08:00</受理时间>
    <办结时间>2025-06-10T10:20:00+08:00</办结时间>
    <结果>准予</结果>
  </环节>
  <环节 序号="2" 部门="某某市公安局" 事项="公章刻制备案" 办件编号="GA202506100007">
    <受理时间>2025-06-10T10:21:00+08:00</受理时间>
    <办结时间>2025-06-10T14:02:00+08:00</办结时间>
    <结果>办结</结果>
  </环节>
  <环节 序号="3" 部门="某某市税务局" 事项="税务信息确认" 办件编号="SW202506100019">
    <受理时间>2025-06-10T10:21:00+08:00</受理时间>
    <办结时间>2025-06-10T15:30:00+08:00</办结时间>
    <结果>办结</结果>
  </环节>
</联办流转记录>
"""

CASE = SampleCase(
    folder="04-joint-handling",
    kind="joint handling",
    number=_NUMBER,
    item=_ITEM,
    applicant=WANG,
    accepted_on=date(2025, 6, 9),
    concluded_on=date(2025, 6, 10),
    decision="granted",
    licence="营业执照",
    licence_number=DINER.identifier,
    joint=_JOINT,
    joint_number=_JOINT_NUMBER,
    steps=(
        ("2025-06-09T09:31", "申请", WANG.name),
        ("2025-06-09T09:40", "受理", RECEIVER),
        ("2025-06-10T09:50", "审查", EXAMINER),
        ("2025-06-10T10:20", "决定", DECIDER),
        ("2025-06-10T16:00", "颁证", RECEIVER),
    ),
    files=(
        SampleFile(
            name="开办企业一件事联办申请表.docx",
            document="开办企业“一件事”联办申请表",
            role="application",
            made_at=at("2025-06-08 21:05"),
            program=WRITER_DOCX,
            content=form(
                "开办企业“一件事”联办申请表",
                WANG,
                (
                    ("拟设企业名称", DINER.name),
                    ("住所", "某某市某某区样例街6号"),
                    ("联办事项一", "企业设立登记"),
                    ("联办事项二", "公章刻制备案"),
                    ("联办事项三", "税务信息确认"),
                    ("领取方式", "窗口领取"),
                ),
                "申请人同意各部门共享所提交的材料，并对其真实性负责。",
                date(2025, 6, 8),
            ),
        ),
        SampleFile(
            name="公司章程.pdf",
            document="公司章程",
            role="application",
            made_at=at("2025-06-08 20:40"),
            program=WRITER_PDF,
            content=_ARTICLES,
        ),
        SampleFile(
            name="住所使用承诺书.docx",
            document="住所使用承诺书",
            role="application",
            made_at=at("2025-06-08 20:52"),
            program=WRITER_DOCX,
            content=form(
                "住所（经营场所）使用承诺书",
                WANG,
                (("住所", "某某市某某区样例街6号"), ("房屋用途", "商业")),
                "本人承诺对上述住所享有合法使用权，住所不属于违法建筑。",
                date(2025, 6, 8),
            ),
        ),
        SampleFile(
            name="联办流转记录.xml",
            document="联办流转记录",
            role="procedure",
            made_at=at("2025-06-10 15:31"),
            program="某某市政务服务平台（样例）",
            content=Plain(_FLOW),
        ),
        SampleFile(
            name="公章刻制备案回执.pdf",
            document="公章刻制备案回执",
            role="procedure",
            made_at=at("2025-06-10 14:02"),
            program=WRITER_PDF,
            content=_SEALS,
        ),
        SampleFile(
            name="营业执照（副本）.ofd",
            document="营业执照（副本）",
            role="result",
            made_at=at("2025-06-10 10:20"),
            program=OFD_WRITER,
            content=certificate(
                "营业执照（副本）",
                DINER.identifier,
                (
                    ("名称", DINER.name),
                    ("类型", "有限责任公司（自然人独资）"),
                    ("法定代表人", "王五"),
                    ("注册资本", "伍拾万元整"),
                    ("成立日期", "2025年6月10日"),
                    ("住所", "某某市某某区样例街6号"),
                    (
                        "经营范围",
                        "餐饮管理；餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
                    ),
                ),
                date(2025, 6, 10),
            ),
        ),
    ),
)
