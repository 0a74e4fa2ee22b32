"""Paper is scanned: felling of trees 林木采伐许可."""

from __future__ import annotations

from datetime import date

from samples.content import Line, PageBreak, Para, Signed, Table, Text, Title
from samples.facts import AGENCY, SampleCase, SampleFile, Scan, at
from samples.papers import WRITER_PDF, certificate
from samples.people import DECIDER, EXAMINER, RECEIVER, ZHAO

_ITEM, _NUMBER = "林木采伐许可证核发", "SP202507010003"
_SCANNER = "Pillow 13"
_FORM = Text(
    title="林木采伐申请表",
    author=ZHAO.name,
    blocks=(
        Title("林木采伐申请表"),
        Table(
            (30, 70),
            (
                ("申请人", "赵六"),
                ("公民身份号码", ZHAO.masked),
                ("采伐地点", "某某县样例乡样例村后山小班12号"),
                ("树种", "杉木"),
                ("采伐类型", "主伐　皆伐"),
                ("采伐面积", "0.8公顷"),
                ("采伐蓄积", "76立方米（出材量50立方米）"),
                ("采伐期限", "2025年9月1日至2025年12月31日"),
                ("更新方式", "人工造林，2026年春季完成"),
            ),
        ),
        Line(""),
        Para("以上内容由本人填写，属实。"),
        Signed("申请人（签字、按手印）：赵六", "2025年6月30日", sealed=False),
        PageBreak(),
        Title("伐区作业说明"),
        Para("一、伐区四至：东至山脊，南至机耕路，西至小溪，北至样例村集体林界。"),
        Para("二、作业方式：油锯采伐，人力集材；集材道不穿越溪流，两侧各留5米缓冲带。"),
        Para("三、迹地清理：采伐后一个月内清除枝桠，就地堆腐，不得焚烧。"),
        Para("四、更新措施：每公顷植苗2500株，连续抚育三年。"),
        Signed("赵六", "2025年6月30日", sealed=False),
    ),
)


def _title_deed(page: int, rows: tuple[tuple[str, str], ...]) -> Text:
    return Text(
        title=f"林权证第{page}页",
        author="某某县林业局（样例）",
        framed=True,
        blocks=(
            Title("林 权 证"),
            Line(f"某林证字（2009）第000312号　第{page}页", "center"),
            Line(""),
            Table((34, 66), rows),
            Signed("某某县人民政府（样例）", "2009年8月12日", sealed=page == 1),
        ),
    )


_SURVEY = Text(
    title="现场踏查记录",
    author=AGENCY,
    blocks=(
        Title("现场踏查记录"),
        Table(
            (26, 74),
            (
                ("办件编号", _NUMBER),
                ("踏查时间", "2025年7月4日上午"),
                ("踏查人员", f"{EXAMINER}、{RECEIVER}"),
                (
                    "踏查结果",
                    "小班位置、四至与林权证一致；树种、面积、蓄积与申请表相符；不属于公益林。",
                ),
                ("意见", "建议准予采伐。"),
            ),
        ),
        Signed(f"踏查人：{EXAMINER}（签字）", "2025年7月4日", sealed=False),
    ),
)
_BITONAL = Scan(
    resolution=300,
    colour_mode="bitonal",
    compression="CCITT Group 4",
    verified_by=RECEIVER,
    verified_on=date(2025, 7, 1),
)
_COLOUR = Scan(
    resolution=200,
    colour_mode="colour",
    compression="JPEG",
    verified_by=RECEIVER,
    verified_on=date(2025, 7, 1),
)

CASE = SampleCase(
    folder="05-scanned-paper",
    kind="scanned paper",
    number=_NUMBER,
    item=_ITEM,
    applicant=ZHAO,
    accepted_on=date(2025, 7, 1),
    concluded_on=date(2025, 7, 9),
    decision="granted",
    licence="林木采伐许可证",
    licence_number="某林采字〔2025〕第0003号",
    valid_until=date(2025, 12, 31),
    steps=(
        ("2025-07-01T08:50", "申请", ZHAO.name),
        ("2025-07-01T09:25", "受理", RECEIVER),
        ("2025-07-04T11:30", "现场踏查", EXAMINER),
        ("2025-07-09T10:00", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="林木采伐申请表（扫描件）.tif",
            document="林木采伐申请表",
            role="application",
            made_at=at("2025-07-01 09:12"),
            program=_SCANNER,
            content=_FORM,
            scan=_BITONAL,
        ),
        SampleFile(
            name="林权证第1页.jpg",
            document="林权证",
            role="application",
            made_at=at("2025-07-01 09:15"),
            program=_SCANNER,
            content=_title_deed(
                1,
                (
                    ("林地所有权权利人", "样例村集体"),
                    ("林地使用权权利人", "赵六"),
                    ("林木所有权权利人", "赵六"),
                    ("林木使用权权利人", "赵六"),
                    ("坐落", "某某县样例乡样例村"),
                ),
            ),
            scan=_COLOUR,
        ),
        SampleFile(
            name="林权证第2页.jpg",
            document="林权证",
            role="application",
            made_at=at("2025-07-01 09:16"),
            program=_SCANNER,
            content=_title_deed(
                2,
                (
                    ("小地名", "后山"),
                    ("林班、小班", "3林班12小班"),
                    ("面积", "1.4公顷"),
                    ("主要树种", "杉木"),
                    ("林种", "用材林"),
                    ("使用期", "50年，至2059年8月11日"),
                ),
            ),
            scan=_COLOUR,
        ),
        SampleFile(
            name="现场踏查记录（扫描件）.tif",
            document="现场踏查记录",
            role="procedure",
            made_at=at("2025-07-04 15:05"),
            program=_SCANNER,
            content=_SURVEY,
            scan=Scan(
                resolution=300,
                colour_mode="bitonal",
                compression="CCITT Group 4",
                verified_by=DECIDER,
                verified_on=date(2025, 7, 4),
            ),
        ),
        SampleFile(
            name="林木采伐许可证.pdf",
            document="林木采伐许可证",
            role="result",
            made_at=at("2025-07-09 10:00"),
            program=WRITER_PDF,
            content=certificate(
                "林木采伐许可证",
                "某林采字〔2025〕第0003号",
                (
                    ("采伐单位（个人）", "赵六"),
                    ("采伐地点", "某某县样例乡样例村3林班12小班"),
                    ("采伐面积", "0.8公顷"),
                    ("采伐蓄积", "76立方米"),
                    ("采伐期限", "2025年9月1日至2025年12月31日"),
                ),
                date(2025, 7, 9),
                archival=True,
            ),
        ),
    ),
)
