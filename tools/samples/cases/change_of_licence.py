"""
A licence is changed, on signed electronic forms: retail of publications 出版物零售.

The file names are as people give them: long, with spaces, brackets and full-width
signs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from samples.content import Line, Para, Plain, Signed, Table, Text, Title
from samples.facts import SampleCase, SampleFile, at
from samples.papers import (
    OFD_WRITER,
    WRITER_DOCX,
    WRITER_PDF,
    certificate,
    form,
)
from samples.people import BOOKSHOP, DECIDER, EXAMINER, LI, RECEIVER, WANG

_ITEM, _NUMBER = "出版物零售业务经营许可（变更）", "SP202603090027"
_LICENCE = "出版物经营许可证"
_LICENCE_NUMBER = "某出发零字第样例0327号"
_RESOLUTION_NAME = (
    "股东会决议——关于同意变更法定代表人、经营地址及经营范围，并授权委托办理出版物"
    "零售业务经营许可变更手续的决定（全体股东签字）.pdf"
)
_RESOLUTION = Text(
    title="股东会决议",
    author=BOOKSHOP.name,
    blocks=(
        Title("股东会决议"),
        Para(
            "某某示例出版物零售有限责任公司于2026年3月2日召开股东会，应到股东2人，"
            "实到2人，经全体股东一致同意，形成如下决议："
        ),
        Para("一、免去王五的法定代表人职务，由李四担任法定代表人。"),
        Para("二、经营地址由样例路3号变更为样例路5号。"),
        Para("三、经营范围增加“音像制品零售”。"),
        Para("四、授权李四办理出版物零售业务经营许可的变更手续。"),
        Signed("全体股东（签字）：王五　李四", "2026年3月2日", sealed=False),
    ),
)
_FORM_DATA = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<f:表单 xmlns:f="urn:egovarchive:sample:form" 表单编码="BG-2026-03" 版本="2">
  <f:办件编号>{_NUMBER}</f:办件编号>
  <f:事项名称>{_ITEM}</f:事项名称>
  <f:申请人 名称="{BOOKSHOP.name}" 统一社会信用代码="{BOOKSHOP.identifier}"/>
  <f:变更项 字段="法定代表人"><f:原值>王五</f:原值><f:新值>李四</f:新值></f:变更项>
  <f:变更项 字段="经营地址"><f:原值>样例路3号</f:原值><f:新值>样例路5号</f:新值></f:变更项>
  <f:变更项 字段="经营范围"><f:原值>图书、期刊</f:原值><f:新值>图书、期刊、音像制品</f:新值></f:变更项>
  <f:备注><![CDATA[原证副本随申请交回；联系电话<已脱敏>。]]></f:备注>
  <f:签名 签名人="李四" 时间="2026-03-09T08:58:12+08:00" 签名文件="变更申请表 (电子签名版).pdf"/>
</f:表单>
"""


def _licence(
    name: str, representative: str, address: str, scope: str, day: date
) -> Text:
    return certificate(
        _LICENCE,
        _LICENCE_NUMBER,
        (
            ("单位名称", BOOKSHOP.name),
            ("法定代表人", representative),
            ("经营地址", address),
            ("经营范围", scope),
            ("有效期至", "2029年12月31日"),
            ("证本", name),
        ),
        day,
    )


CASE = SampleCase(
    folder="12-change-of-licence",
    kind="change of a licence on signed electronic forms",
    number=_NUMBER,
    item=_ITEM,
    applicant=BOOKSHOP,
    agent=LI,
    accepted_on=date(2026, 3, 9),
    concluded_on=date(2026, 3, 16),
    decision="granted",
    licence=_LICENCE,
    licence_number=_LICENCE_NUMBER,
    valid_until=date(2029, 12, 31),
    steps=(
        ("2026-03-09T08:58", "申请", LI.name),
        ("2026-03-09T09:40", "受理", RECEIVER),
        ("2026-03-13T16:30", "审查", EXAMINER),
        ("2026-03-16T11:20", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="变更申请表 (电子签名版).pdf",
            document="出版物经营许可证变更申请表",
            role="application",
            made_at=at("2026-03-09 08:58"),
            program="LibreOffice Writer 7.4, pyHanko 0.38",
            content=replace(
                form(
                    "出版物经营许可证变更申请表",
                    BOOKSHOP,
                    (
                        ("许可证编号", _LICENCE_NUMBER),
                        ("变更事项", "法定代表人、经营地址、经营范围"),
                        ("变更前", "王五；样例路3号；图书、期刊"),
                        ("变更后", "李四；样例路5号；图书、期刊、音像制品"),
                    ),
                    "本表由法定代表人电子签名，与手写签名或者盖章具有同等效力。",
                    date(2026, 3, 9),
                ),
                signer="李四（样例）",
            ),
        ),
        SampleFile(
            name="变更申请表单数据【第2版】.xml",
            document="出版物经营许可证变更申请表",
            role="application",
            made_at=at("2026-03-09 08:59"),
            program="某某市政务服务平台（样例）",
            content=Plain(_FORM_DATA),
        ),
        SampleFile(
            name=_RESOLUTION_NAME,
            document="股东会决议",
            role="application",
            made_at=at("2026-03-02 17:00"),
            program=WRITER_PDF,
            content=_RESOLUTION,
        ),
        SampleFile(
            name="《授权委托书》，受托人：“李四”.docx",
            document="授权委托书",
            role="application",
            made_at=at("2026-03-03 10:10"),
            program=WRITER_DOCX,
            content=Text(
                title="授权委托书",
                author=WANG.name,
                blocks=(
                    Title("授权委托书"),
                    Line("委托单位：" + BOOKSHOP.name),
                    Table(
                        (30, 70),
                        (
                            ("受托人", "李四"),
                            ("证件号码", LI.masked),
                            ("权限", "提交材料、领取证照"),
                        ),
                    ),
                    Para("委托期限：自签署之日起至本次变更办结之日止。"),
                    Signed(BOOKSHOP.name, "2026年3月3日", sealed=False),
                ),
            ),
        ),
        SampleFile(
            name="原许可证　副本〔2024年〕 - 已交回.ofd",
            document="出版物经营许可证（原证副本）",
            role="application",
            made_at=at("2024-12-30 09:00"),
            program=OFD_WRITER,
            content=_licence(
                "副本",
                "王五",
                "某某市某某区样例路3号",
                "图书、期刊零售",
                date(2024, 12, 30),
            ),
        ),
        SampleFile(
            name="出版物经营许可证（变更后）[正本].ofd",
            document="出版物经营许可证",
            role="result",
            made_at=at("2026-03-16 11:20"),
            program=OFD_WRITER,
            content=_licence(
                "正本",
                "李四",
                "某某市某某区样例路5号",
                "图书、期刊、音像制品零售",
                date(2026, 3, 16),
            ),
        ),
    ),
)
