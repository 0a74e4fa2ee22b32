"""People and units in the samples. All are invented."""

from __future__ import annotations

from samples.facts import Person


def _natural(name: str, identifier: str) -> Person:
    return Person(name=name, kind="natural", identifier=identifier)


def _legal(name: str, identifier: str) -> Person:
    return Person(name=name, kind="legal", identifier=identifier)


# Check characters are right; but nobody born in the 1880s applies for anything.
ZHANG = _natural("张三", "110101188001010118")
LI = _natural("李四", "110101188102020227")
WANG = _natural("王五", "110101188203030336")
ZHAO = _natural("赵六", "110101188304040445")
QIAN = _natural("钱七", "110101188405050554")
SUN = _natural("孙八", "110101188607070772")

# Likewise: no unit has an organisation code that begins MAXXXXX.
POOL = _legal("某某市示例游泳馆有限公司", "91110000MAXXXXX157")
STAFFING = _legal("某某样例人力资源有限公司", "91110000MAXXXXX232")
FARM = _legal("某某样例农业开发有限公司", "91110000MAXXXXX31W")
DINER = _legal("某某王五样例餐饮管理有限公司", "91110000MAXXXXX4XL")
BAKERY = _legal("某某样例糕点有限公司", "91110000MAXXXXX58L")
PHARMACY = _legal("某某样例大药房有限公司", "91110000MAXXXXX66F")
ADVERTISER = _legal("某某样例广告有限公司", "91110000MAXXXXX74A")
SCHOOL = _legal("某某市示例小学建设有限公司", "91110000MAXXXXX825")
BOOKSHOP = _legal("某某示例出版物零售有限责任公司", "91110000MAXXXXX900")

RECEIVER = "陈某某"  # receives applications
EXAMINER = "林某某"
DECIDER = "黄某某"
