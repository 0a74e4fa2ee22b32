"""Electronic licences are called in 调用: retail of medicines 药品经营许可（零售）."""

from __future__ import annotations

from datetime import date

from samples.content import Plain
from samples.facts import SampleCase, SampleFile, at
from samples.papers import (
    OFD_WRITER,
    WRITER_DOCX,
    WRITER_PDF,
    certificate,
    form,
    grant,
)
from samples.people import DECIDER, EXAMINER, PHARMACY, RECEIVER, ZHANG

_ITEM, _NUMBER = "药品经营许可（零售）核发", "SP202509010020"
_LICENCES = "某某省电子证照共享服务系统（样例）"
_STATE = "国家政务服务平台电子证照共享服务系统（样例）"
_REGISTRAR = "某某市市场监督管理局（样例）"
_LICENCE_DATA = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- 调用所得的证照信息，样例 -->
<证照信息 xmlns="urn:egovarchive:sample:licence" 版本="1.0">
  <调用>
    <调用时间>2025-09-01T10:12:33+08:00</调用时间>
    <提供方>{_STATE}</提供方>
    <使用事由>{_ITEM}</使用事由>
    <办件编号>{_NUMBER}</办件编号>
  </调用>
  <证照>
    <证照名称>营业执照</证照名称>
    <证照编号>{PHARMACY.identifier}</证照编号>
    <持证主体>{PHARMACY.name}</持证主体>
    <颁发机构>{_REGISTRAR}</颁发机构>
    <颁发日期>2025-07-21</颁发日期>
    <状态>有效</状态>
    <版式文件 格式="OFD">营业执照（调用）.ofd</版式文件>
  </证照>
</证照信息>
"""

CASE = SampleCase(
    folder="07-called-in-licence",
    kind="called-in electronic licence",
    number=_NUMBER,
    item=_ITEM,
    applicant=PHARMACY,
    agent=ZHANG,
    accepted_on=date(2025, 9, 1),
    concluded_on=date(2025, 9, 12),
    decision="granted",
    licence="药品经营许可证",
    licence_number="某药零〔2025〕第0020号",
    valid_until=date(2030, 9, 11),
    steps=(
        ("2025-09-01T10:05", "申请", ZHANG.name),
        ("2025-09-01T10:12", "调用电子证照", RECEIVER),
        ("2025-09-01T10:40", "受理", RECEIVER),
        ("2025-09-09T16:00", "审查", EXAMINER),
        ("2025-09-12T09:30", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="药品经营许可证申请表.docx",
            document="药品经营许可证申请表",
            role="application",
            made_at=at("2025-08-31 22:18"),
            program=WRITER_DOCX,
            content=form(
                "药品经营许可证申请表（零售）",
                PHARMACY,
                (
                    ("经营地址", "某某市某某区样例大道101号"),
                    ("经营范围", "处方药、非处方药：中成药、化学药、生物制品"),
                    ("质量负责人", "张三（执业药师）"),
                    ("营业面积", "96平方米"),
                    ("免交材料", "营业执照、执业药师注册证由本机关调用电子证照"),
                ),
                "同意为办理本事项调用本单位和有关人员的电子证照。",
                date(2025, 8, 31),
            ),
        ),
        SampleFile(
            name="营业执照（调用）.ofd",
            document="营业执照",
            role="application",
            made_at=at("2025-07-21 09:00"),
            program=OFD_WRITER,
            called_from=_STATE,
            content=certificate(
                "营业执照",
                PHARMACY.identifier,
                (
                    ("名称", PHARMACY.name),
                    ("类型", "有限责任公司"),
                    ("法定代表人", "张三"),
                    ("成立日期", "2025年7月21日"),
                    ("住所", "某某市某某区样例大道101号"),
                    (
                        "经营范围",
                        "药品零售（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
                    ),
                ),
                date(2025, 7, 21),
                issuer=_REGISTRAR,
            ),
        ),
        SampleFile(
            name="营业执照（调用）.xml",
            document="营业执照",
            role="application",
            made_at=at("2025-09-01 10:12"),
            program=_STATE,
            called_from=_STATE,
            content=Plain(_LICENCE_DATA),
        ),
        SampleFile(
            name="执业药师注册证（调用）.ofd",
            document="执业药师注册证",
            role="application",
            made_at=at("2024-05-16 14:20"),
            program=OFD_WRITER,
            called_from=_LICENCES,
            content=certificate(
                "执业药师注册证",
                "样例0000024516",
                (
                    ("姓名", "张三"),
                    ("证件号码", ZHANG.masked),
                    ("执业类别", "药学"),
                    ("执业地区", "某某市"),
                    ("有效期至", "2029年5月15日"),
                ),
                date(2024, 5, 16),
                issuer="某某省药品监督管理局（样例）",
                as_image=True,
            ),
        ),
        SampleFile(
            name="准予行政许可决定书.pdf",
            document="准予行政许可决定书",
            role="result",
            made_at=at("2025-09-12 09:30"),
            program=WRITER_PDF,
            content=grant(
                _ITEM,
                "某行审许〔2025〕88号",
                _NUMBER,
                PHARMACY.name,
                "向你单位核发《药品经营许可证》，有效期5年。",
                date(2025, 9, 12),
            ),
        ),
        SampleFile(
            name="药品经营许可证.ofd",
            document="药品经营许可证",
            role="result",
            made_at=at("2025-09-12 09:45"),
            program=OFD_WRITER,
            content=certificate(
                "药品经营许可证",
                "某药零〔2025〕第0020号",
                (
                    ("企业名称", PHARMACY.name),
                    ("统一社会信用代码", PHARMACY.identifier),
                    ("经营方式", "零售"),
                    ("经营范围", "处方药、非处方药：中成药、化学药、生物制品"),
                    ("质量负责人", "张三"),
                    ("有效期至", "2030年9月11日"),
                ),
                date(2025, 9, 12),
            ),
        ),
    ),
)
