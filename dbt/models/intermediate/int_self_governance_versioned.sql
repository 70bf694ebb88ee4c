-- generated from forms/self_governance.yml by `jiceng generate`; edit that
with reported as (
    select * from {{ ref('stg_self_governance') }}
),

versions as (
    {{ accepted_versions('self_governance') }}
),

periods as (
    select
        period,
        period_end
    from {{ source('raw', 'raw_period') }}
),

regions as (
    select
        level,
        region_code,
        parent_code,
        valid_from,
        valid_to
    from {{ source('raw', 'raw_region') }}
    where level in ('street', 'community')
),

final as (
    select
        reported.*,
        versions.revision,
        versions.known_from,
        versions.known_to,
        units.level as region_level,
        streets.region_code as street_code,
        case units.level
            when 'district' then units.region_code
            else streets.parent_code
        end as district_code
    from reported
    inner join versions
        on reported.submission_id = versions.submission_id
    left join periods
        on reported.period = periods.period
    left join regions as units
        on
            reported.unit_code = units.region_code
            and units.level = {{ level_of_code('reported.unit_code') }}
            and {{ valid_on('units', 'periods.period_end') }}
    left join regions as streets
        on
            streets.level = 'street'
            and streets.region_code = case units.level
                when 'street' then units.region_code
                when 'community' then units.parent_code
            end
            and {{ valid_on('streets', 'periods.period_end') }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    term_no,
    election_held,
    election_date,
    election_method,
    registered_voters,
    voters_participated,
    committee_members,
    secretary_is_director,
    team_members,
    members_cross_appointed,
    sub_mediation,
    sub_security,
    sub_health,
    sub_environment,
    sub_service,
    supervision_committee,
    consultation_mechanism,
    consultations_held,
    consultation_topics,
    topics_settled,
    consultation_participants,
    org_representatives,
    sanshe_linkage,
    in_rural_programme,
    legal_adviser,
    law_literate_persons,
    party_members_reporting,
    demand_surveys,
    needs_listed,
    needs_matched,
    resources_listed,
    emergency_plan,
    emergency_drills,
    signboards,
    ledgers,
    meetings,
    certificate_items,
    admitted_tasks,
    admitted_tasks_funded,
    tasks_outside_list,
    department_assessments,
    veto_items,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from final
