"""The shape of a finding as readers and rules hand it on: one Arrow schema for both.

They must not know each other, and their findings are laid side by side. Not here: what is said of
a finding later, its words and its suspects (see ``warehousing``).
"""

import pyarrow as pa

FINDING_SCHEMA = pa.schema(
    [
        ("submission_id", pa.int64()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("scope", pa.string()),
        ("sheet_name", pa.string()),
        ("row_number", pa.int32()),
        ("column_name", pa.string()),
        ("cell", pa.string()),
        ("value_text", pa.string()),
        ("related_cells", pa.string()),
        ("params", pa.string()),
    ]
)
