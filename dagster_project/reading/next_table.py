"""Where the next table of a sheet begins: at its header, or at a turned one's first row.

Not here: cutting the sheet there (see ``tables_in_sheet``), titles above it (``between_tables``).
"""

from dagster_project.reading.between_tables import first_of_block, is_words
from dagster_project.reading.header_index import FEWEST_KNOWN_HEADERS, HeaderIndex
from dagster_project.reading.headers import TALLEST_HEADER, Header, find_header
from dagster_project.reading.model import Cell
from dagster_project.reading.sheets import Sheet
from dagster_project.reading.text import plain
from dagster_project.reading.vocabulary import vocabulary

MOST_OF_A_TITLE = 2
"""Cells of a title, or of a label and its value."""


def next_header(
    sheet: Sheet, header: Header, index: HeaderIndex, after: int
) -> Header | int | None:
    """Give the next header below a row: this one once more, or another table's.

    Of a table whose headers stand in a column it gives the first row.
    """
    grid = sheet.grid
    own = {text for cell in header.block.cells for text in cell.texts}
    numbering = vocabulary().row_number_headers
    fewest = min(FEWEST_KNOWN_HEADERS, len(header.block.values))
    for number in range(after, len(grid)):
        text = next((cell for cell in grid[number] if type(cell) is str and cell), "")
        if not text or text.isdigit():
            continue
        begins = _begins_below_a_title(grid, number)
        if not (begins or text in own or index.count_known((text,)) or plain(text) in numbering):
            continue
        if again := _once_more(sheet, header, number):
            return again
        is_header = index.is_header(grid[number], fewest)
        if is_header or begins:
            top = max(after, number - TALLEST_HEADER + 1)
            found = find_header(sheet, index, top, min(len(grid), number + TALLEST_HEADER))
            if found and (found.first_row <= number <= found.last_row):
                return found
        column = grid[number].index(text)
        is_answer = is_header or _is_answer(header, grid[number - 1 : number + 1], column)
        if not is_answer and _goes_down(sheet, number, column, index):
            return number
    return None


def _begins_below_a_title(grid: list[list[Cell]], number: int) -> bool:
    """Tell a row of texts right below a title, a label or a blank row."""
    above = grid[number - 1] if number else []
    return len(above) - above.count("") <= MOST_OF_A_TITLE and is_words(grid[number])


def _once_more(sheet: Sheet, header: Header, number: int) -> Header | None:
    """Give the header where all its rows stand there again as they are."""
    height = len(header.rows)
    rows = sheet.grid[number : number + height]
    if rows != sheet.grid[header.first_row : header.last_row + 1]:
        return None
    return Header(header.block, number, number + height - 1)


def _is_answer(header: Header, rows: list[list[Cell]], column: int) -> bool:
    """Tell a label of a code, as 半日托, from a header that stands in a column.

    It stands in the later of two rows that both are data, or right under the header.
    """
    values, form = header.block.values, header.form
    has_codes = any(
        cell.column == column and form.column(name).code_list for name, cell in values.items()
    )
    keys = [values[key].column for key in form.keys if key in values]
    columns = [cell.column for cell in header.block.cells]
    return has_codes and all(
        all(row[key] != "" for key in keys)
        and 2 * sum(row[c] != "" for c in columns) > len(columns)
        for row in rows
    )


def _goes_down(sheet: Sheet, number: int, column: int, index: HeaderIndex) -> bool:
    """Say whether a header stands in a column of headers: others stand below it, or a bit aside."""
    seen: set[str] = set()
    rows = 0
    for row in sheet.grid[number : number + 2 * FEWEST_KNOWN_HEADERS]:
        near = [cell for cell in row[column : column + TALLEST_HEADER] if isinstance(cell, str)]
        if index.count_known([cell for cell in row if isinstance(cell, str)]) > 1:
            break
        rows += index.count_known([cell for cell in near if cell not in seen])
        seen.update(near)
    return rows >= FEWEST_KNOWN_HEADERS


def first_of_turned(sheet: Sheet, number: int, after: int, index: HeaderIndex) -> int:
    """Give the first row of a turned table with its block.

    In rows above ``number`` the names of groups may stand before the headers, or a part of one.
    """
    top = number
    while top > after and holds_header(sheet.grid[top - 1], index):
        top -= 1
    for row in range(top, max(after, top - TALLEST_HEADER), -1):
        first = first_of_block(sheet, row, after)
        if first < row:
            return first
    return top


def holds_header(row: list[Cell], index: HeaderIndex) -> bool:
    """Say whether some text of a row is a header."""
    return index.is_header(row, 1)
