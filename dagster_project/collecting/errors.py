"""The error of this room: the archive, the inbox or a record is not as it must be.

Its words stand in ``messages/collecting.yml``. Not here: who holds the warehouse (``lock``).
"""

from dagster_project.errors import JicengError


class CollectError(JicengError):
    """Collecting cannot go on, or recorded truth is damaged: says where and what to do."""
