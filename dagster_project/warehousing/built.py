"""Marks of what is built: partitions and reference groups with their fingerprints.

A partition loses its mark in the very transaction that loads new rows, and gains it when its audit
has passed; what has rows but no mark is open, and no release is made over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dagster_project.warehousing.database import Connection, transaction

OF_PARTITION = "form_id is not distinct from ? and period is not distinct from ?"
"""The condition on rows of one partition; it takes the form and the period."""


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """A form and a period label; either may be unknown."""

    form_id: str | None
    period: str | None

    def in_order(self) -> tuple[str, str]:
        """Give what sorts partitions as a build takes them: by period, then by form."""
        return self.period or "", self.form_id or ""


def forget_built(connection: Connection, key: PartitionKey) -> None:
    """Take a partition's mark away, within the caller's transaction."""
    query = f"delete from built_partition where {OF_PARTITION}"
    connection.execute(query, [key.form_id, key.period])


def forget_returned(connection: Connection, key: PartitionKey) -> None:
    """Say that what goes back to the senders of a partition is to be looked at again."""
    query = f"delete from returned_partition where {OF_PARTITION}"
    connection.execute(query, [key.form_id, key.period])


def mark_returned(connection: Connection, key: PartitionKey, files: int) -> None:
    """Record that all that goes back lies there, and how many submissions it is about."""
    with transaction(connection):
        forget_returned(connection, key)
        values = [key.form_id, key.period, files]
        connection.execute("insert into returned_partition values (?, ?, ?)", values)


def returned_partitions(connection: Connection) -> dict[PartitionKey, int | None]:
    """Give how many submissions went back of each loaded partition, None where that is not known.

    Where nothing can have been sent back, nothing is written down.
    """
    query = """
        select loaded.form_id, loaded.period, coalesce(returned.files, if(may_return, null, 0))
        from (
            select form_id, period, bool_or(state not in ('accepted', 'duplicate')) as may_return
            from raw_submission group by form_id, period
        ) as loaded
        left join returned_partition as returned
            on returned.form_id is not distinct from loaded.form_id
            and returned.period is not distinct from loaded.period
    """
    found = connection.execute(query).fetchall()
    return {PartitionKey(form_id, period): files for form_id, period, files in found}


def open_partitions(connection: Connection) -> list[PartitionKey]:
    """Give the partitions that have rows but have not passed their audit."""
    query = """
        select distinct form_id, period from raw_submission
        except select form_id, period from built_partition
    """
    return [PartitionKey(*pair) for pair in connection.execute(query).fetchall()]


def built_partitions(connection: Connection) -> dict[PartitionKey, str]:
    """Give the fingerprints with which partitions were last built."""
    rows = connection.execute("select form_id, period, fingerprint from built_partition").fetchall()
    return {PartitionKey(form_id, period): print_ for form_id, period, print_ in rows}


def mark_built(connection: Connection, prints: Mapping[PartitionKey, str]) -> None:
    """Record that partitions are built from inputs with these fingerprints."""
    with transaction(connection):
        for key, print_ in prints.items():
            forget_built(connection, key)
            values = [key.form_id, key.period, print_]
            connection.execute("insert into built_partition values (?, ?, ?, null)", values)


def mark_released(connection: Connection) -> None:
    """Record that the release in force was made from the partitions as they stand."""
    connection.execute("update built_partition set released = fingerprint")


def periods_since_release(connection: Connection) -> list[str]:
    """Give the periods of which a partition was built again since the last release."""
    found = {key.period for key in built_since_release(connection) if key.period}
    return sorted(found)


def built_since_release(connection: Connection) -> list[PartitionKey]:
    """Give the partitions that were built again since the last release."""
    query = """
        select form_id, period from built_partition where released is distinct from fingerprint
    """
    return [PartitionKey(*pair) for pair in connection.execute(query).fetchall()]


def built_reference(connection: Connection, name: str) -> str | None:
    """Give the fingerprint with which a reference group was last written."""
    query = "select fingerprint from built_reference where name = ?"
    found = connection.execute(query, [name]).fetchone()
    return str(found[0]) if found else None


def built_references(connection: Connection) -> dict[str, str]:
    """Give the fingerprints with which all reference groups were last written."""
    return dict(connection.execute("select name, fingerprint from built_reference").fetchall())


def mark_reference(connection: Connection, name: str, print_: str) -> None:
    """Record that a reference group is written from inputs with this fingerprint."""
    with transaction(connection):
        connection.execute("delete from built_reference where name = ?", [name])
        connection.execute("insert into built_reference values (?, ?)", [name, print_])
