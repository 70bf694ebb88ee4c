"""What a sender crossed out: never read in silence, for it may be meant or not.

Crossed out words inside a text are marked, so that no number, period or header is read from them;
of cells crossed out as a whole the places are given. Not here: what is asked about such cells (see
``sheet_checks``), the texts of web pages (see ``html_table``).
"""

import re
from functools import lru_cache

BEGINS, ENDS = "〔删除线：", "〕"
"""Set around crossed out words."""

ELEMENTS = frozenset({"s", "strike", "del"})
"""Elements of web pages whose text is crossed out."""

WORD = b"strike"
"""Without it nothing in a part is crossed out; looking for it costs next to nothing."""

_SIGN = re.compile(rb"<(?:\w+:)?strike(?![^<>]*\bval=[\"'](?:0|false)[\"'])\s*[^<>]*>")
_RUN = re.compile(rb"<((?:\w+:)?)r>(?P<run>.*?)</\1r>", re.DOTALL)
_TEXT = re.compile(rb"(<(?:\w+:)?t(?:\s[^<>]*)?>)([^<]*)(</)")
_FONTS = re.compile(rb"<(?:\w+:)?fonts[\s>].*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font(?:\s[^<>]*)?(?:/>|>.*?</(?:\w+:)?font>)", re.DOTALL)
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^<>]*>")
_FONT_ID = re.compile(rb"\sfontId=[\"'](\d+)[\"']")


def with_marks(xml: bytes) -> bytes:
    """Give the XML of texts with marks around the runs that are crossed out.

    >>> with_marks(b"<r><rPr><strike/></rPr><t>5</t></r><r><t>6</t></r>").decode()
    '<r><rPr><strike/></rPr><t>〔删除线：5〕</t></r><r><t>6</t></r>'
    """
    return _RUN.sub(_marked, xml) if WORD in xml and _SIGN.search(xml) else xml


def _marked(run: re.Match[bytes]) -> bytes:
    if not _SIGN.search(run["run"]):
        return run[0]
    return _TEXT.sub(rb"\1%b\2%b\3" % (BEGINS.encode(), ENDS.encode()), run[0])


@lru_cache(maxsize=64)
def struck_styles(xml: bytes) -> frozenset[int]:
    """Give the cell styles of a workbook whose font is crossed out.

    >>> fonts = b"<fonts><font/><font><strike/></font></fonts>"
    >>> struck_styles(fonts + b'<cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>')
    frozenset({1})
    """
    if WORD not in xml:
        return frozenset()
    fonts, styles = _FONTS.search(xml), _STYLES.search(xml)
    if not fonts or not styles or not _SIGN.search(fonts[0]):
        return frozenset()
    struck = {n for n, font in enumerate(_FONT.findall(fonts[0])) if _SIGN.search(font)}
    used = [_FONT_ID.search(style) for style in _STYLE.findall(styles[0])]
    return frozenset(n for n, font in enumerate(used) if font and int(font[1]) in struck)
