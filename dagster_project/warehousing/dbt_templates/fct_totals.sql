-- $note
$selects
