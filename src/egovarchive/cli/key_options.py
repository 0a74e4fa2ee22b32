"""The options that say who signs, and who says when."""

from __future__ import annotations

from egovarchive.cli.language import Say
from egovarchive.cli.usage import Parser


def add_key(parser: Parser, say: Say) -> None:
    """Add the options that name a signer."""
    parser.options.add_argument(
        "--key",
        metavar="PEM",
        help=say(
            "file of the private key (default: EGOVARCHIVE_KEY); the password of an "
            "encrypted one is asked for, or read from EGOVARCHIVE_KEY_PASSWORD",
            "私钥文件（缺省取 EGOVARCHIVE_KEY）；私钥已加密的，口令由终端输入"
            "或取自 EGOVARCHIVE_KEY_PASSWORD",
        ),
    )
    parser.options.add_argument(
        "--certificate",
        metavar="PEM",
        help=say(
            "file of the signer's certificate, then those above it "
            "(default: EGOVARCHIVE_CERTIFICATE)",
            "证书文件，签名者证书在前，上级证书在后（缺省取 EGOVARCHIVE_CERTIFICATE）",
        ),
    )
    parser.options.add_argument(
        "--signer",
        metavar="URI",
        help=say(
            "who signs, in place of --key: a file, a device or a service (default: "
            "EGOVARCHIVE_SIGNER); its PIN, password or token is asked for, or read "
            "from EGOVARCHIVE_SIGNER_SECRET",
            "签名者地址，代替 --key：文件、密码设备或签名服务（缺省取 "
            "EGOVARCHIVE_SIGNER）；PIN、口令或令牌由终端输入或取自 "
            "EGOVARCHIVE_SIGNER_SECRET",
        ),
    )


def add_authorities(parser: Parser, say: Say) -> None:
    """Add the options that name whom to trust to say when."""
    parser.options.add_argument(
        "--authorities",
        metavar="PEM",
        help=say(
            "file of the certificates of time-stamp authorities to trust "
            "(default: EGOVARCHIVE_AUTHORITIES)",
            "受信任的时间戳服务机构证书文件（缺省取 EGOVARCHIVE_AUTHORITIES）",
        ),
    )
    parser.options.add_argument(
        "--revocations",
        metavar="DIR",
        help=say(
            "folder of revocation lists *.crl and OCSP replies *.ocsp, DER "
            "(default: EGOVARCHIVE_REVOCATIONS)",
            "撤销列表 *.crl 和 OCSP 应答 *.ocsp（DER）所在文件夹"
            "（缺省取 EGOVARCHIVE_REVOCATIONS）",
        ),
    )


def add_tsa(parser: Parser, say: Say) -> None:
    """Add the option that names who gives time-stamps."""
    parser.options.add_argument(
        "--tsa",
        metavar="URL",
        action="append",
        help=say(
            "time-stamp authority to ask (RFC 3161); once more for each to ask in its "
            "place (default: EGOVARCHIVE_TSA, separated by spaces)",
            "时间戳服务机构地址（RFC 3161）；可重复给出备用机构（缺省取 "
            "EGOVARCHIVE_TSA，以空格分隔）",
        ),
    )
