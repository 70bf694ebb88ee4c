-- $note
{{ totals_of_built_forms(
    columns={
$columns,
    },
    totals=[
$totals,
    ],
) }}
