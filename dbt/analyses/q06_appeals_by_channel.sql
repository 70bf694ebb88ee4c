select
    appeals.channel,
    channels.name_zh,
    sum(appeals.received) as received,
    round(100.0 * sum(appeals.responded_on_time) / nullif(sum(appeals.response_due), 0), 1)
        as response_pct,
    round(100.0 * sum(appeals.confirmed_resolved) / nullif(sum(appeals.called_back), 0), 1)
        as solved_pct,
    round(100.0 * sum(appeals.satisfied) / nullif(sum(appeals.called_back), 0), 1)
        as satisfied_pct
from {{ ref('fct_appeals') }} as appeals
inner join {{ ref('dim_channel') }} as channels on appeals.channel = channels.code
where appeals.period in ('2016-01', '2016-02', '2016-03')
group by appeals.channel, channels.name_zh
order by appeals.channel
