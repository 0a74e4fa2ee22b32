"""Drawings in SVG: plans with a title block, and a view of a building."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

_SHEET = (1188, 840)  # A3 landscape at 72 units an inch, nearly


@dataclass
class Plan:
    """A plan sheet that gathers SVG elements."""

    project: str
    title: str
    number: str
    scale: str
    parts: list[str] = field(default_factory=list)

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        style: str = "wall",
        text: str = "",
    ) -> Plan:
        """Add a rectangle, with *text* in its middle."""
        self.parts.append(
            f'<rect class="{style}" x="{x}" y="{y}" width="{w}" height="{h}"/>'
        )
        return self.text(x + w / 2, y + h / 2 + 7, text) if text else self

    def text(self, x: float, y: float, text: str, size: int = 20) -> Plan:
        """Add *text*, centred."""
        self.parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}">{escape(text)}</text>'
        )
        return self

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> Plan:
        """Add a line."""
        self.parts.append(
            f'<line class="{style}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
        )
        return self

    def measure(self, x1: float, x2: float, y: float, text: str) -> Plan:
        """Add a horizontal dimension line between *x1* and *x2*."""
        for x in (x1, x2):
            self.line(x, y - 9, x, y + 9, "thin")
            self.line(x - 5, y + 5, x + 5, y - 5, "thick")
        return self.line(x1, y, x2, y, "thin").text((x1 + x2) / 2, y - 7, text, 16)

    def svg(self) -> str:
        """Return the sheet with its frame and title block."""
        width, height = _SHEET
        block = "".join(
            f'<rect class="thin" x="{width - 330}" y="{height - 150 + 32 * n}" '
            f'width="310" height="32"/><text x="{width - 175}" '
            f'y="{height - 128 + 32 * n}" font-size="17">{escape(line)}</text>'
            for n, line in enumerate(
                (
                    "某某样例建筑设计院（样例）",
                    self.project,
                    self.title,
                    f"图号 {self.number}　比例 {self.scale}",
                )
            )
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}"><title>'
            f"{escape(self.title)}</title><style>"
            "text{font-family:'Noto Sans CJK SC';text-anchor:middle;fill:#111}"
            "rect,line,path{fill:none;stroke:#111}.wall{stroke-width:7}"
            ".thick{stroke-width:3}.thin{stroke-width:1}.green{fill:#d9e8cf;"
            "stroke:#5a8a4a}.grey{fill:#d8d8d8;stroke-width:3}"
            ".red{stroke:#c00000;stroke-width:3;stroke-dasharray:18 6 4 6}"
            ".blank{fill:#fff;stroke:none}</style>"
            f'<rect class="blank" width="{width}" height="{height}"/>'
            f'<rect class="thick" x="20" y="20" width="{width - 40}" '
            f'height="{height - 40}"/>{"".join(self.parts)}{block}</svg>'
        )


def site_plan(project: str) -> str:
    """Return a site plan."""
    plan = Plan(project, "总平面图", "总施-01", "1:500")
    plan.box(120, 90, 860, 560, "red").text(230, 80, "用地红线", 16)
    plan.box(180, 140, 420, 130, "grey", "教学楼（新建，4F）")
    plan.box(180, 330, 190, 110, "grey", "食堂（既有，2F）")
    plan.box(660, 140, 260, 330, "green", "运动场")
    plan.box(180, 500, 420, 90, "green", "绿地")
    plan.measure(180, 600, 120, "60000").text(800, 640, "主入口 ▲", 18)
    return plan.text(1090, 100, "北", 24).line(1090, 190, 1090, 110, "thick").svg()


def floor_plan(project: str) -> str:
    """Return the plan of a ground floor."""
    plan = Plan(project, "一层平面图", "建施-03", "1:100")
    plan.box(110, 140, 960, 420)
    for n in range(4):
        plan.box(110 + 240 * n, 140, 240, 170, text=f"普通教室{n + 1}")
        plan.measure(110 + 240 * n, 350 + 240 * n, 110, "9000")
    plan.box(110, 390, 240, 170, text="教师办公室").box(350, 390, 240, 170, text="门厅")
    plan.box(590, 390, 240, 170, text="音乐教室").box(830, 390, 240, 170, text="卫生间")
    plan.text(590, 358, "走　廊").measure(110, 1070, 610, "36000")
    for n in range(5):
        plan.text(110 + 240 * n, 650, f"（{n + 1}）", 18)
    return plan.svg()


def shop_plan(project: str) -> str:
    """Return the plan of an office."""
    plan = Plan(project, "经营场所平面图", "附图-1", "1:100")
    plan.box(200, 150, 760, 430)
    plan.box(200, 150, 330, 250, text="服务大厅 32㎡")
    plan.box(530, 150, 430, 250, text="洽谈室 26㎡").box(
        200, 400, 330, 180, text="档案室 9㎡"
    )
    return plan.measure(200, 960, 120, "10200").text(745, 500, "办公区 21㎡").svg()


def facade(name: str) -> str:
    """Return a view of a building front that bears *name*."""
    windows = "".join(
        f'<rect x="{120 + 68 * x}" y="{150 + 62 * y}" width="44" height="36" '
        'fill="#7fa6bf" stroke="#f4f4f0" stroke-width="3"/>'
        for y in range(4)
        for x in range(10)
    )
    trees = "".join(
        f'<rect x="{x - 4}" y="420" width="8" height="44" fill="#6b4d33"/>'
        f'<circle cx="{x}" cy="404" r="30" fill="#5f8f4e"/>'
        for x in (56, 850)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="540">'
        '<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#9cc4e4"/>'
        '<stop offset="1" stop-color="#eef5fa"/></linearGradient></defs>'
        '<rect width="900" height="540" fill="url(#sky)"/>'
        '<rect y="440" width="900" height="100" fill="#b8b4aa"/>'
        '<rect x="100" y="120" width="700" height="330" fill="#d8c4a4"/>'
        f"{windows}"
        '<rect x="385" y="385" width="130" height="65" fill="#5c5f66"/>'
        '<rect x="330" y="60" width="240" height="62" fill="#a02020"/>'
        '<text x="450" y="102" font-family="\'Noto Sans CJK SC\'" font-size="30" '
        f'fill="#fff" text-anchor="middle">{escape(name)}</text>{trees}'
        '<text x="880" y="526" font-size="15" text-anchor="end" '
        'font-family="\'Noto Sans CJK SC\'" fill="#444">效果图（样例）</text></svg>'
    )
