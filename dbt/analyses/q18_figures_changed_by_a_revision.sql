select
    later.period,
    later.respondent_code,
    later.unit_code,
    later.service_category,
    earlier.person_times as was,
    later.person_times as became,
    later.known_from
from {{ ref('hist_services') }} as later
inner join {{ ref('hist_services') }} as earlier
    on
        later.period = earlier.period
        and later.respondent_code = earlier.respondent_code
        and later.unit_code = earlier.unit_code
        and later.service_category = earlier.service_category
        and later.revision = earlier.revision + 1
where later.person_times <> earlier.person_times
order by later.period, later.unit_code, later.service_category, later.known_from
