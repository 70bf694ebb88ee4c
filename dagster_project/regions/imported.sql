-- Imported editions become intervals: from when to when each code stood under one name.
-- An edition that lists a code for the first time dates its beginning, except the first edition
-- held at that level (then valid_from is null). Where an event of the programme says that the parent
-- ended or grew between two editions, what lies below it went or came on the same day.
-- Codes are numbers on the way: that halves the time.
-- $files: the imported files; $levels: from the top down; $steps: how far apart the codes of each
-- level's parents lie; $first, $beyond: between which codes; table lives: when the programme's own regions began or grew, and ended.
with books as (
    select level, edition, cast(code as bigint) as number, name, kind
    from read_parquet($files)
    anti join lives using (level, code)
    where code >= $first and code < $beyond
),
editions as (
    select
        level,
        list_position($levels, level) as depth,
        edition,
        source,
        row_number() over in_time as place,
        lag(edition, 1, date '0001-01-01') over in_time as before,
        lead(edition, 1, date '9999-12-31') over in_time as after
    from (select distinct level, edition, source from read_parquet($files))
    window in_time as (partition by level order by edition)
),
listed as (
    select
        depth,
        number,
        name,
        kind,
        place,
        place - row_number() over (partition by depth, number, name order by place) as island
    from books
    inner join editions using (level, edition)
),
spans as (
    select
        depth,
        number,
        name,
        max(kind) as kind,
        min(place) as first_place,
        max(place) as last_place
    from listed
    group by depth, number, name, island
),
placed as (
    select *, number - number % $steps[depth] as parent_number from spans
)
select
    $levels[placed.depth] as level,
    cast(number as varchar) as code,
    name,
    kind,
    $levels[placed.depth - 1] as parent_level,
    if(placed.depth > 1, cast(parent_number as varchar), null) as parent_code,
    case
        when begun > earliest.before and begun <= earliest.edition then begun
        when first_place > 1 then earliest.edition
    end as valid_from,
    case
        when ended > latest.edition and ended <= latest.after then ended
        when latest.after < date '9999-12-31' then latest.after
    end as valid_to,
    earliest.source
from placed
inner join editions as earliest
    on earliest.depth = placed.depth
    and earliest.place = first_place
inner join editions as latest
    on latest.depth = placed.depth
    and latest.place = last_place
left join lives
    on list_position($levels, lives.level) = placed.depth - 1
    and cast(lives.code as bigint) = parent_number
order by placed.depth, number, first_place
