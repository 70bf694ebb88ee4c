"""How large and how slow a file may be, each limit with its reason; beyond them stands a finding.

Not here: where the limits are kept (see ``formats``, ``package``, ``guard``, ``workers``).
"""

MAX_FILE_BYTES = 256 << 20
"""A street's report is 10-500 kB and a district's yearly csv under 200 MB; more is a mistake."""

MAX_UNPACKED_BYTES = 512 << 20
"""XML of 8 M cells, the largest sheet we lay out, is about 400 MB."""

MAX_RATIO = 400
"""Real workbooks unpack to 5-60 times their size, blank formatted ones to 200; bombs to 1,000."""

SMALL_PACKAGE = 4096
"""Bytes below which a ratio says nothing: a tiny workbook is mostly the zip's own directory."""

DEFLATE_LIMIT = 1032
"""No deflate stream unpacks to more than this many times its size, whatever the directory says."""

MAX_PARTS = 10_000
"""Parts of a zip: workbooks with a picture in every row have some thousands."""

MAX_SHEETS = 1_000
"""A file with a sheet per community of a district has some hundreds."""

MAX_GRID_CELLS = 8_000_000
"""Calamine lays a sheet out densely at 32 bytes a cell: 8 M cells stay near 0.5 GB, while one stray
cell at XFD1048576 would ask for 17 billion. It holds for a sheet and for all sheets of a file."""

LARGE_TEXT = 4 << 20
"""A text of so many bytes is read in columns where it can be, 20 times as fast as cell by cell and
in a tenth of the memory; ``MAX_GRID_CELLS`` holds for all others."""

MOST_ALIKE = 1_000
"""Cells of one column with one problem that are listed; of more their number is told."""

MAX_ZIP_MEMBERS = 500
"""Files in a plain zip: a district's towns times its forms; thousands are an archive, no report."""

MAX_WORKER_BYTES = 2 << 30
"""Address space of a process that reads untrusted bytes: four times what 8 M cells take."""

SECONDS_PER_FILE = 15.0
"""Wall clock for one file, after which its process is ended; usual files take 2-50 ms."""

BYTES_PER_SECOND = 2 << 20
"""What large files get on top: a second for each 2 MB, half of what this reader needs."""

MAX_BYTES_HERE = 1 << 20
"""Larger workbooks are read in a process of their own, where a second more or less is no matter."""

MAX_UNPACKED_HERE = 32 << 20
"""Unpacked bytes of a workbook read in the own process: below 0.3 s and 0.3 GB even when all of it
is cells of one digit."""


def seconds_for(size: int) -> float:
    """Give how long the reading of a file of so many bytes may take.

    >>> seconds_for(0), seconds_for(4 << 20)
    (15.0, 17.0)
    """
    return SECONDS_PER_FILE + size / BYTES_PER_SECOND
