"""
Make the small office files of ``valid/office``: python -m corpus.office_files FOLDER.

LibreOffice writes them, from documents that stand here. They are kept, because each
version writes other bytes, and tests shall look at the same ones everywhere.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_KEPT = Path(__file__).parent / "valid" / "office"
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{_OFFICE}"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.%s">
<office:meta><dc:title>%s</dc:title>
<meta:creation-date>2026-03-02T09:30:00</meta:creation-date>
<dc:date>2026-03-02T10:15:00</dc:date></office:meta>
<office:body>%s</office:body></office:document>
"""
TEXT = _HEAD % (
    "text",
    "不予受理通知书",
    """<office:text><text:h text:outline-level="1">不予受理通知书</text:h>
<text:p>您提出的申请，不属于本机关职权范围。</text:p>
<text:p><text:a xlink:href="http://www.example.gov.cn/">办事指南</text:a></text:p>
</office:text>""",
)
SHEETS = _HEAD % (
    "spreadsheet",
    "缴费测算表",
    "<office:spreadsheet>"
    + "".join(
        f"""<table:table table:name="{name}"><table:table-row>
<table:table-cell office:value-type="string"><text:p>基数</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="4800"/>
</table:table-row></table:table>"""
        for name in ("测算", "说明")
    )
    + "</office:spreadsheet>",
)
_JOBS = (
    ("text.fodt", TEXT, ("odt", "doc", "rtf", "docx")),
    ("sheets.fods", SHEETS, ("ods", "xls", "xlsx")),
)


def make(folder: Path) -> None:
    """Write all files into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, document, kinds in _JOBS:
            source = Path(scratch) / name
            source.write_text(document, encoding="utf-8")
            for kind in kinds:
                subprocess.run(
                    [
                        "soffice",
                        "--headless",
                        f"-env:UserInstallation=file://{scratch}/profile",
                        "--convert-to",
                        kind,
                        "--outdir",
                        str(folder),
                        str(source),
                    ],
                    check=True,
                    timeout=120,
                )


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else _KEPT)
