"""Numbers in all the ways in which people write them: the same exact value, or a finding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.programme.model import Column
from dagster_project.reading.model import PERCENT, Shown
from dagster_project.reading.numbers import decimal_parser, integer_parser, plain_integers
from dagster_project.reading.odd import Odd
from tests.unit.reading.conftest import wide


def column(type_, unit):
    return Column(name="c", header_zh="列", label_en="c", type=type_, unit=unit, nullable=True)


HEADS = integer_parser(column("integer", "persons"), 1)
CASES = integer_parser(column("integer", "cases"), 1)
PLAIN = integer_parser(column("integer", None), 1)
WAGES = decimal_parser(column("decimal", "yuan"), 1)
IN_TEN_THOUSANDS = decimal_parser(column("decimal", "yuan"), 10_000)
AREA = decimal_parser(column("decimal", "m2"), 1)
OUTPUT = decimal_parser(column("decimal", "hundred_million_yuan"), 1)
SHARE = decimal_parser(column("decimal", "pct"), 1)
PROGRESS = decimal_parser(column("decimal", "percent"), 1)
SCORE = decimal_parser(column("decimal", "points"), 1)


def value_of(parse, cell):
    read = parse(cell)
    assert not (isinstance(read, Odd) and read.problem), read
    return read.value if isinstance(read, Odd) else read


def problem_of(parse, cell):
    read = parse(cell)
    assert isinstance(read, Odd), read
    assert read.value is None
    return read.problem


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (HEADS, "十二", 12),
        (HEADS, "一百二十人", 120),
        (HEADS, "壹佰贰拾", 120),
        (HEADS, "貳佰", 200),
        (HEADS, "二〇一五", 2015),
        (HEADS, "一万零五十", 10050),
        (HEADS, "1.2万", 12000),
        (HEADS, "1.2萬人", 12000),
        (HEADS, "3万5千", 35000),
        (HEADS, "1亿2000万人", 120_000_000),
        (HEADS, "3 亿", 300_000_000),
        (HEADS, "约十二人", 12),
        (HEADS, "快报120", 120),
        (HEADS, "\xa012\u3000", 12),
        (HEADS, "'12", 12),
        (HEADS, "1,234 人", 1234),
        (HEADS, wide("12,345"), 12345),
        (HEADS, "12.0", 12),
        (HEADS, 11.999999, 12),
        (HEADS, 0.0000001, 0),
        (HEADS, "11.9999999", 12),
        (CASES, "3件", 3),
        (WAGES, "(12)", Decimal(-12)),
        (WAGES, "（1,234.5）元", Decimal("-1234.5")),
        (WAGES, "¥1,234.50", Decimal("1234.5")),
        (WAGES, "人民币100元整", Decimal(100)),
        (WAGES, "壹佰元整", Decimal(100)),
        (WAGES, "3.5千元", Decimal(3500)),
        (WAGES, "0.12亿元", Decimal(12_000_000)),
        (WAGES, ".5", Decimal("0.5")),
        (PROGRESS, "95%", Decimal(95)),
        (PROGRESS, Shown(0.95, PERCENT), Decimal(95)),
        (SCORE, "85.5分", Decimal("85.5")),
        (WAGES, "5E-06", Decimal("0.000005")),
        (WAGES, Shown(12000.0, -3), Decimal(12000)),
        (IN_TEN_THOUSANDS, "1.2", Decimal(12000)),
        (IN_TEN_THOUSANDS, "1.2万元", Decimal(12000)),
        (IN_TEN_THOUSANDS, 0.1, Decimal(1000)),
        (OUTPUT, 3.2, Decimal("3.2")),
        (OUTPUT, "32000万元", Decimal("3.2")),
        (AREA, "12㎡", Decimal(12)),
        (AREA, "12 m²", Decimal(12)),
        (AREA, "1.5公顷", Decimal(15000)),
        (SHARE, "12%", Decimal(12)),
        (SHARE, "12.5％", Decimal("12.5")),
        (SHARE, 12.0, Decimal(12)),
        (SHARE, Shown(0.12, PERCENT), Decimal(12)),
        (SHARE, Shown(0.07, PERCENT), Decimal(7)),
        (SHARE, "5‰", Decimal("0.5")),
    ],
)
def test_a_number_means_the_same_however_it_is_written(parse, cell, value):
    assert value_of(parse, cell) == value


@pytest.mark.parametrize(
    ("parse", "cell", "problem"),
    [
        (HEADS, "一百二", "READ_CELL_NUMBER"),
        (HEADS, "三五", "READ_CELL_NUMBER"),
        (HEADS, "十几", "READ_CELL_NUMBER"),
        (HEADS, "一", "READ_CELL_NUMBER"),
        (HEADS, "\u3007", "READ_CELL_NUMBER"),
        (HEADS, "3万5", "READ_CELL_NUMBER"),
        (HEADS, "5千3万", "READ_CELL_NUMBER"),
        (HEADS, "30多人", "READ_CELL_NUMBER"),
        (HEADS, "100以上", "READ_CELL_NUMBER"),
        (HEADS, "12①", "READ_CELL_NUMBER"),
        (HEADS, "12²", "READ_CELL_NUMBER"),
        (HEADS, "½", "READ_CELL_NUMBER"),
        (HEADS, "12-", "READ_CELL_NUMBER"),
        (HEADS, "1.234,5", "READ_CELL_NUMBER"),
        (HEADS, "٣", "READ_CELL_NUMBER"),
        (HEADS, "无", "READ_CELL_NONE"),
        (HEADS, "没有", "READ_CELL_NONE"),
        (HEADS, "若干", "READ_CELL_NONE"),
        (HEADS, "（12）", "READ_CELL_BRACKETS"),
        (HEADS, "(-12)", "READ_CELL_NUMBER"),
        (HEADS, "3户", "READ_CELL_MEASURE"),
        (HEADS, "3人次", "READ_CELL_MEASURE"),
        (HEADS, "12%", "READ_CELL_MEASURE"),
        (HEADS, "¥12", "READ_CELL_MEASURE"),
        (HEADS, Shown(0.12, PERCENT), "READ_CELL_MEASURE"),
        (HEADS, 11.5, "READ_NOT_INTEGER"),
        (HEADS, 11.9999, "READ_NOT_INTEGER"),
        (HEADS, "0.5万分", "READ_CELL_MEASURE"),
        (PLAIN, "3人", "READ_CELL_MEASURE"),
        (PLAIN, "3万", "READ_CELL_MEASURE"),
        (WAGES, "12㎡", "READ_CELL_MEASURE"),
        (WAGES, "1.5E+11", "READ_CELL_NUMBER"),
        (IN_TEN_THOUSANDS, "1.2万", "READ_CELL_MEASURE"),
        (IN_TEN_THOUSANDS, "十二万", "READ_CELL_MEASURE"),
        (IN_TEN_THOUSANDS, Shown(12000.0, -3), "READ_CELL_MEASURE"),
        (AREA, "3亩", "READ_CELL_NUMBER"),
        (OUTPUT, "3万", "READ_CELL_MEASURE"),
        (OUTPUT, "3万5千", "READ_CELL_MEASURE"),
        (OUTPUT, "十二万", "READ_CELL_MEASURE"),
        (OUTPUT, Shown(3.2e8, -8), "READ_CELL_MEASURE"),
        (SHARE, "12人", "READ_CELL_MEASURE"),
    ],
)
def test_what_may_mean_two_things_is_a_finding(parse, cell, problem):
    assert problem_of(parse, cell) == problem


def test_estimates_and_provisional_figures_keep_their_status():
    assert [HEADS(text).status for text in ("约30", "30左右", "初步120", "快报数 120")] == list(
        "EEPP"
    )


def test_a_footnote_sign_is_never_one_more_digit():
    """Half width turns 12① into 121 and 12² into 122."""
    for sign in "①②⑳¹²³⁰½⅓㈠⒈":
        assert problem_of(HEADS, f"12{sign}") in ("READ_CELL_NUMBER", "READ_NOT_INTEGER"), sign


def in_chinese(number):
    """Write a number below 10^8 as an official does."""
    digits, steps = "零一二三四五六七八九", ["", "十", "百", "千"]

    def section(part):
        text, gap = "", False
        for place, digit in enumerate(reversed(str(part))):
            if digit == "0":
                gap = bool(text)
            else:
                text = digits[int(digit)] + steps[place] + ("零" if gap else "") + text
                gap = False
        return text

    high, low = divmod(number, 10_000)
    if not high:
        return section(low) or "零"
    middle = "零" if low and low < 1000 else ""
    return f"{section(high)}万{middle}{section(low) if low else ''}"


@given(st.integers(2, 99_999_999))
def test_every_count_survives_being_written_in_chinese(number):
    financial = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    for text in (in_chinese(number), in_chinese(number).translate(financial)):
        assert value_of(HEADS, text) == number
        assert value_of(HEADS, f"{text}人") == number


@given(
    st.decimals(0, 10**7, places=4), st.sampled_from([("万", 10**4), ("千", 1000), ("亿", 10**8)])
)
def test_an_amount_with_a_power_in_words_is_exact(number, power):
    word, factor = power
    expected = number * factor
    for text in (f"{number}{word}元", f" {number:,f} {word}元 ", f"¥{number}{word}元"):
        if expected < 10**12:
            assert value_of(WAGES, text) == expected
        else:
            assert problem_of(WAGES, text) == "READ_CELL_OVERFLOW"


@given(st.integers(-(10**6), 10**6))
def test_a_percentage_is_the_same_as_text_number_and_format(thousandths):
    share = Decimal(thousandths) / 1000
    held = Shown(float(share.scaleb(-2)), PERCENT)
    for cell in (f"{share}%", f"{share:f}％", float(share), held):
        assert value_of(SHARE, cell) == share


@given(st.text(alphabet="0123456789.,-+()万亿千百人元%约十一二〇零 　￥eE'①²m户", max_size=12))
def test_any_mixture_is_a_value_that_its_own_text_reads_to_again_or_a_finding(text):
    """What is accepted means one number: its plain form reads to the same."""
    for parse in (HEADS, WAGES, SHARE, IN_TEN_THOUSANDS):
        read = parse(text)
        value = read.value if isinstance(read, Odd) else read
        if value is None:
            assert isinstance(read, Odd | None)
        elif parse is not IN_TEN_THOUSANDS:
            assert (
                value_of(parse, f"{value:f}" if isinstance(value, Decimal) else str(value)) == value
            )


@given(st.lists(st.floats() | st.integers(0, 99).map(float), min_size=1))
def test_a_whole_column_reads_as_its_cells_do_one_by_one(cells):
    whole = plain_integers(cells)
    one_by_one = [HEADS(cell) for cell in cells]
    assert whole is None or whole == one_by_one
    are_counts = all(cell.is_integer() and abs(cell) < 10**10 for cell in cells)
    assert (whole is not None) is are_counts
