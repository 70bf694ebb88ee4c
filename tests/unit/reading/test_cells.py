"""One cell at a time: value, status, raw text, or the problem; never a guess."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.programme.model import Column
from dagster_project.reading.model import Unreadable
from dagster_project.reading.odd import Odd
from dagster_project.reading.parsers import Parsers
from dagster_project.reading.personal_data import is_personal_value
from dagster_project.reading.register import Units
from tests.unit.reading.conftest import wide

ON = date(2015, 12, 31)
STREET = "440113007000"
YES, NO = True, False


@pytest.fixture(scope="session")
def parsers(programme, register):
    return Parsers(programme, Units.of(programme, register))


@pytest.fixture
def parse(parsers):
    """Read one cell as a column of some type: value, status, raw text, problem."""

    def parse(cell, type_, *, factor=1, **kwargs):
        column = Column(name="c", header_zh="列", label_en="c", type=type_, nullable=True, **kwargs)
        parser = parsers._parser(column, factor)
        if column.code_list == "CL_REGION":
            parser = parsers.of("f", column, 1, STREET, ON)
        read = parser(cell)
        if isinstance(read, Odd):
            return read.value, read.status, read.raw_text, read.problem
        return read, None, None, None

    return parse


def case(cell, value, status=None, raw=None, problem=None):
    return pytest.param(cell, (value, status, raw, problem), id=repr(cell))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case(5.0, 5),
        case(0.0, 0),
        case("12", 12),
        case(4.999999999999999, 5),
        case("1,234", 1234, raw="1,234"),
        case("1 234 567", 1234567, raw="1 234 567"),
        case("１２", 12, raw="１２"),
        case(" 3人 ", 3, raw=" 3人 "),
        case("3万人", 30000, raw="3万人"),
        case("-4", -4),
        case("\u22124", -4, raw="\u22124"),
        case("约30", 30, "E", "约30"),
        case("约 1,200人", 1200, "E", "约 1,200人"),
        case("30左右", 30, "E", "30左右"),
        case("估30", 30, "E", "估30"),
        case("", None),
        case("  ", None),
        case("未报", None, "L", "未报"),
        case("缺", None, "L", "缺"),
        case("—", None, "M", "—"),
        case("－", None, "M", "－"),
        case("不适用", None, "M", "不适用"),
        case("/", None, "M", "/"),
        case("…", None, "N", "…"),
        case("......", None, "N", "......"),
        case("N/A", None, "O", "N/A"),
        case("？", None, "O", "？"),
        case("X", None, "Q", "X"),
        case("*", None, "Q", "*"),
        case(5.5, None, raw="5.5", problem="READ_NOT_INTEGER"),
        case("5.5", None, raw="5.5", problem="READ_NOT_INTEGER"),
        case("1,5", None, raw="1,5", problem="READ_CELL_NUMBER"),
        case("12 34", None, raw="12 34", problem="READ_CELL_NUMBER"),
        case("1,23,4", None, raw="1,23,4", problem="READ_CELL_NUMBER"),
        case("3户或4户", None, raw="3户或4户", problem="READ_CELL_NUMBER"),
        case("(12)", None, raw="(12)", problem="READ_CELL_BRACKETS"),
        case("无", None, raw="无", problem="READ_CELL_NONE"),
        case("3元", None, raw="3元", problem="READ_CELL_MEASURE"),
        case("1e5", None, raw="1e5", problem="READ_CELL_NUMBER"),
        case(YES, None, raw="TRUE", problem="READ_CELL_NUMBER"),
        case(date(2015, 12, 1), None, raw="2015-12-01", problem="READ_CELL_NUMBER"),
        case(time(8), None, raw="08:00:00", problem="READ_CELL_NUMBER"),
        case(float("nan"), None, raw="nan", problem="READ_CELL_NUMBER"),
        case(float("inf"), None, raw="inf", problem="READ_CELL_NUMBER"),
        case(1e15, None, raw="1000000000000000", problem="READ_CELL_OVERFLOW"),
        case("9223372036854775807", 2**63 - 1),
        case("9223372036854775808", None, raw="9223372036854775808", problem="READ_CELL_OVERFLOW"),
        case(Unreadable("error", "#DIV/0!"), None, raw="#DIV/0!", problem="READ_CELL_ERROR"),
        case(Unreadable("formula", "=A1"), None, raw="=A1", problem="READ_CELL_FORMULA"),
    ],
)
def test_a_count_is_read_exactly_or_not_at_all(parse, cell, expected):
    assert parse(cell, "integer", unit="persons") == expected


@pytest.mark.parametrize(
    ("cell", "factor", "expected"),
    [
        (0.1 + 0.2, 1, (Decimal("0.3"), None, None, None)),
        (1234.56, 1, (Decimal("1234.56"), None, None, None)),
        ("1234.560", 1, (Decimal("1234.56"), None, None, None)),
        (1 / 3, 1, (Decimal("0.333333"), None, "0.333333333333333", None)),
        (3.60005, 10_000, (Decimal("36000.5"), None, None, None)),
        ("3万元", 1, (Decimal(30000), None, "3万元", None)),
        ("3元", 10_000, (Decimal(3), None, "3元", None)),
        ("约2.5", 10_000, (Decimal(25000), "E", "约2.5", None)),
        (999_999_999_999.0, 1, (Decimal(999_999_999_999), None, None, None)),
        (1e12, 1, (None, None, "1000000000000", "READ_CELL_OVERFLOW")),
        (1e9, 10_000, (None, None, "1000000000", "READ_CELL_OVERFLOW")),
        ("5平方米", 1, (None, None, "5平方米", "READ_CELL_MEASURE")),
    ],
)
def test_an_amount_is_exact_in_the_unit_of_the_column(parse, cell, factor, expected):
    assert parse(cell, "decimal", unit="yuan", factor=factor) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case("RC", "RC"),
        case("rc", "RC", raw="rc"),
        case("居民委员会(城市社区)", "RC", raw="居民委员会(城市社区)"),
        case("居民委员会（城市社区）", "RC", raw="居民委员会（城市社区）"),
        case("XX9", "XX9"),
        case("居委", None, raw="居委", problem="READ_CELL_LABEL"),
        case(YES, None, raw="TRUE", problem="READ_CELL_LABEL"),
    ],
)
def test_a_code_or_its_label_is_read_and_an_unknown_code_is_left_to_the_rules(
    parse, cell, expected
):
    assert parse(cell, "code", code_list="CL_UNIT_KIND") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case(111.0, "111"),
        case("111 主城区", "111", raw="111 主城区"),
        case("主城区(111)", "111", raw="主城区(111)"),
        case("111 镇中心区", None, raw="111 镇中心区", problem="READ_CELL_LABEL"),
    ],
)
def test_a_code_beside_its_label_must_agree_with_it(parse, cell, expected):
    assert parse(cell, "code", code_list="CL_URBAN_RURAL") == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("RC_MEMBER 居委会成员", "RC_MEMBER"),
        ("RC_MEMBER（居民委员会成员）", "RC_MEMBER"),
        ("居民委员会成员 RC_MEMBER", "RC_MEMBER"),
        ("01-居民委员会成员", "RC_MEMBER"),
        (f"{wide('3.')}村民委員會成員", "VC_MEMBER"),
        ("RC_MEMBER居民委员会成员", "RC_MEMBER"),
        ("PARTY_MEMBER-社区(村)党组织班子成员", "PARTY_MEMBER"),
        ("两委一站负责人后备人才", "RESERVE"),
        ("RC_MEMBER 村委会成员", None),
        ("RC_MEMBER 成员", None),
        ("居委会成员", None),
        ("2015居民委员会成员", None),
    ],
)
def test_a_code_with_words_beside_it_is_read_where_they_say_the_same(parse, cell, code):
    value, _, raw, problem = parse(cell, "code", code_list="CL_STAFF_CATEGORY")
    assert (value, raw) == (code, cell)
    assert problem == (None if code else "READ_CELL_LABEL")


def test_every_code_of_every_list_is_read_with_its_label_in_any_order(parse, programme):
    """Labels hold brackets, commas and quotes of their own, which once cut them apart."""
    for list_id, codelist in programme.codelists.items():
        labels = [code.name_zh for code in codelist.codes]
        for code in codelist.codes:
            if list_id == "CL_YESNO" or labels.count(code.name_zh) > 1:
                continue
            for text in ("{0} {1}", "{1}（{0}）", "{0}-{1}", "{0}{1}", "{1}"):
                written = text.format(code.code, code.name_zh)
                assert parse(written, "code", code_list=list_id)[0] == code.code, written


@pytest.mark.parametrize("separator", [";", "；", "、", "，", ",", "/", " ", "\n"])
def test_several_codes_and_labels_in_a_cell_are_read_in_the_order_of_the_list(
    parse, programme, separator
):
    codes = programme.codelists["CL_CHILDCARE_MODE"].codes[:3]
    text = separator.join([codes[2].name_zh, codes[0].code, codes[1].name_zh, codes[0].name_zh])
    value, _, raw, problem = parse(text, "code", code_list="CL_CHILDCARE_MODE", multiple=True)
    assert (value, problem) == (";".join(code.code for code in codes), None)
    assert raw == text
    assert parse(f"{text}{separator}别的", "code", code_list="CL_CHILDCARE_MODE", multiple=True)[3]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case("440113007003", "440113007003"),
        case(440113007003.0, "440113007003"),
        case("440113007003.0", "440113007003", raw="440113007003.0"),
        case("440113007", "440113007000", raw="440113007"),
        case(440113007.0, "440113007000", raw="440113007"),
        case("4401 1300 7003", "440113007003", raw="4401 1300 7003"),
        case("德兴社区居委会", "440113007003", raw="德兴社区居委会"),
        case("番禺区市桥街道德兴社区", "440113007003", raw="番禺区市桥街道德兴社区"),
        case("本级", "440113007000", raw="本级"),
        case("市桥街道", "440113007000", raw="市桥街道"),
        case("官涌村", None, raw="官涌村", problem="READ_CELL_UNIT_UNKNOWN"),
        case("4.40113E+11", None, raw="4.40113E+11", problem="READ_CELL_REGION_CODE"),
        case("4401130070", None, raw="4401130070", problem="READ_CELL_REGION_CODE"),
        case(440113.0, None, raw="440113", problem="READ_CELL_REGION_CODE"),
    ],
)
def test_a_unit_is_read_by_code_or_by_name_below_the_respondent(parse, cell, expected):
    assert parse(cell, "code", code_list="CL_REGION") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case("1", YES),
        case(0.0, NO),
        case("是", YES, raw="是"),
        case("√", YES, raw="√"),
        case("\uff2e", NO, raw="\uff2e"),
        case(YES, YES, raw="TRUE"),
        case("—", None, "M", "—"),
        case("x", None, raw="x", problem="READ_CELL_YESNO"),
        case(2.0, None, raw="2", problem="READ_CELL_YESNO"),
    ],
)
def test_yes_and_no_are_read_in_the_ways_they_are_written(parse, cell, expected):
    assert parse(cell, "boolean", code_list="CL_YESNO") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case(date(2015, 12, 31), ON),
        case(datetime.fromisoformat("2015-12-31"), ON),
        case(datetime.fromisoformat("2015-12-31T08:00"), ON, raw="2015-12-31 08:00:00"),
        case("2015-12-31", ON),
        case("2015/12/31", ON, raw="2015/12/31"),
        case("2015年12月31日", ON, raw="2015年12月31日"),
        case("20151231", ON, raw="20151231"),
        case("2015年12月", None, raw="2015年12月", problem="READ_CELL_DATE"),
        case("2015-02-30", None, raw="2015-02-30", problem="READ_CELL_DATE"),
        case(42369.0, None, raw="42369", problem="READ_CELL_DATE_NUMBER"),
        case(date(2915, 1, 1), None, raw="2915-01-01", problem="READ_CELL_DATE"),
    ],
)
def test_a_date_is_a_full_date_or_a_finding(parse, cell, expected):
    assert parse(cell, "date") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        case("德兴路1号", "德兴路1号"),
        case(" 德兴路 1号\n", "德兴路 1号", raw=" 德兴路 1号\n"),
        case(12.0, "12"),
        case("—", None, "M", "—"),
        case("电话13800138000", None, raw="***", problem="READ_CELL_PERSONAL"),
        case("证件 440113198001011234", None, raw="***", problem="READ_CELL_PERSONAL"),
    ],
)
def test_free_text_passes_without_numbers_of_persons(parse, cell, expected):
    assert parse(cell, "text") == expected


def test_a_facility_code_that_lost_its_last_digits_is_not_taken(parse):
    assert parse(440113007003001.0, "code")[0] == "440113007003001"
    assert parse(4401130070030012.0, "code")[3] == "READ_CELL_CODE_DIGITS"


def test_a_blank_obligatory_cell_is_not_reported(parsers, programme):
    column = programme.forms["staff"].column("headcount_closing")
    read = parsers._parser(column, 1)("")
    assert (read.value, read.status, read.problem) == (None, "L", None)


@given(st.integers(-(10**14), 10**14).filter(lambda n: not is_personal_value(str(n))))
def test_every_count_survives_its_ways_of_being_written(parsers, number):
    column = Column(name="c", header_zh="列", label_en="c", type="integer", unit="persons")
    parser = parsers._parser(column, 1)
    for cell in (
        float(number),
        str(number),
        f"{number:,}",
        f" {number}人",
        f"{number:,d}".replace(",", "，"),
    ):
        read = parser(cell)
        assert (read.value if isinstance(read, Odd) else read) == number


@given(st.decimals(-(10**8), 10**8, places=4))
def test_every_amount_survives_as_a_float_and_as_a_text(parsers, amount):
    column = Column(name="c", header_zh="列", label_en="c", type="decimal", unit="yuan")
    for factor in (1, 1000):
        parser = parsers._parser(column, factor)
        for cell in (float(amount), str(amount), f"{amount:,f}"):
            read = parser(cell)
            assert (read.value if isinstance(read, Odd) else read) == amount * factor


@given(st.text())
def test_no_text_makes_a_parser_raise(parsers, programme, text):
    for form in programme.forms.values():
        for column in form.columns:
            parsers.of(form.form_id, column, 1, STREET, ON)(text)
