"""Words of a proof 出证用语: what is true of each, in both languages."""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """
    The same in both languages.

    Args:
        zh: In Chinese.
        en: In English.
    """

    zh: str
    en: str


HOW: Final = (
    Words(
        "在任何装有 openssl 的 Linux 或类似系统上，于本文件夹内运行 sh verify.sh。不"
        "需要联网，也不需要任何档案软件。逐行输出“通过”或“失败”；全部通过时退出码为 "
        "0。",
        "On any Linux or similar system with openssl, run: sh verify.sh, in this "
        "folder. No network and no archive software is needed. It prints PASSED or "
        "FAILED for each check; its exit status is 0 only if all passed.",
    ),
    Words(
        "trust/ 中的证书只为方便而附。请从签名单位和时间戳服务机构（或其上级认证机构）"
        "另行取得证书，再运行 sh verify.sh 签名者证书.pem 时间戳机构证书.pem。",
        "The certificates in trust/ are there for convenience only. Get them from "
        "the agency and from the time-stamp authority, or from who certifies these, "
        "and run: sh verify.sh signers.pem authorities.pem.",
    ),
    Words(
        "verify.sh 是文本文件，运行前可以通读；verify.txt 列出可逐条手工执行的命令。",
        "verify.sh is text: read it before you run it. verify.txt lists single "
        "commands to type by hand.",
    ),
)

PROVES: Final = (
    Words(
        "清单：content/ 中的每个文件与清单逐位一致，不多也不少。",
        "Manifests: each file in content/ is, bit for bit, the one that the "
        "manifests list; none is missing, none is added.",
    ),
    Words(
        "签名：主清单由签名证书对应的密钥签署，此后未改一位；因此全部文件亦然。",
        "Signature: whoever holds the key of that certificate signed the primary "
        "manifest, and no bit of it has changed; so neither has any file.",
    ),
    Words(
        "登记簿：本档案以该档号登记，登记行指明主清单和签名的摘要；各段首行指明前一"
        "段的摘要，改动前一段就会与后一段不符。",
        "Journal: the record is registered under that code, and the line names the "
        "digests of manifest and signature; each segment names the digests of the "
        "one before, so that an altered one no longer fits the next.",
    ),
)

PROVES_TIME: Final = Words(
    "证据记录（RFC 4998）：主清单、签名和登记段在时间戳所示时间之前已经存在；后续时"
    "间戳在前一个失效之前续期。",
    "Evidence record (RFC 4998): manifest, signature and registration were there "
    "before the time of the time-stamp; later ones were given before the earlier "
    "ones ended.",
)

DOES_NOT_PROVE: Final = (
    Words(
        "不证明文件内容真实，只证明自签名以来未变。",
        "Not that what the files say is true: only that it is unchanged since it "
        "was signed.",
    ),
    Words(
        "单位自有密钥的签名不是《电子签名法》第十三条所称的可靠的电子签名；需要第三"
        "方认证的，应由依法设立的电子认证服务机构签发证书。",
        "A signature with the agency's own key is no reliable electronic signature "
        "可靠的电子签名 (Electronic Signature Law, article 13); where one certified "
        "by a third party is needed, a licensed certification authority must have "
        "issued the certificate.",
    ),
    Words(
        "verify.sh 只按所附撤销列表核对签名证书；没有附列表时不检查撤销，也不检查上级"
        "证书和时间戳机构证书的撤销。没有时间戳时，自称的签名时间和登记时间仅为单位自述。",
        "verify.sh holds the signer's certificate against the enclosed revocation "
        "lists, if any, and looks at no other revocation. Without a time-stamp, times "
        "of signing and registration are the agency's word alone.",
    ),
    Words(
        "SHA256SUMS 只表明传输中没有损坏：改动文件的人也能改动它。四性检测报告未签名，"
        "供参考，verify.sh 不重做该检测。",
        "SHA256SUMS only tells that nothing was damaged on the way: who alters "
        "files can alter it too. The report of four-property checks is not signed "
        "and is for information; verify.sh does not make these checks again.",
    ),
    Words(
        "journal/digests.txt 中此后各段的摘要，供持有登记簿的人比对，本身不证明什么。",
        "The digests of later segments in journal/digests.txt are for who holds the "
        "journal to compare; by themselves they prove nothing.",
    ),
)

# Name, what it is, and what else must be there for it to be.
FILES: Final = (
    ("proof.html, proof.txt", Words("本说明", "this explanation"), ""),
    ("package.zip", Words("归档信息包原样", "the package, as it is stored"), ""),
    ("content/", Words("解开的归档信息包", "the package, unpacked"), ""),
    ("content/manifest-*.txt", Words("校验清单", "manifests"), ""),
    (
        "content/*.p7s",
        Words("主清单的签名 (CMS)", "signature over the primary one"),
        "",
    ),
    ("certificates.pem", Words("所用证书", "certificates that were used"), ""),
    (
        "trust/",
        Words("信任起点，请另行核对", "trust anchors: compare elsewhere"),
        "",
    ),
    (
        "revocation/",
        Words("证书撤销列表和状态应答", "revocation lists, OCSP replies"),
        "revocation",
    ),
    ("journal/", Words("登记簿的段和摘要", "journal segments and digests"), ""),
    (
        "evidence/record.ers",
        Words("证据记录", "evidence record of the record"),
        "evidence",
    ),
    (
        "evidence/segment.ers",
        Words("登记段的证据记录", "that of the registration"),
        "evidence",
    ),
    (
        "evidence/seal.json(.p7s)",
        Words("封存说明及签名", "what was sealed, by whom"),
        "evidence",
    ),
    ("report.html, report.json", Words("四性检测报告", "four-property report"), ""),
    ("verify.sh, verify.txt", Words("核验脚本和命令", "script and commands"), ""),
    ("SHA256SUMS", Words("本文件夹的校验和", "checksums of this folder"), ""),
)
