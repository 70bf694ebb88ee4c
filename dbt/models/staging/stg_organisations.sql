-- generated from forms/organisations.yml by `jiceng generate`; edit that
with source as (
    select * from {{ source('raw', 'raw_organisations') }}
)

select
    cast(submission_id as bigint) as submission_id,
    cast(row_number as integer) as row_number,
    cast(period as string) as period,
    cast(respondent_code as string) as respondent_code,
    cast(source_row as integer) as source_row,
    cast(has_abnormal_cells as boolean) as has_abnormal_cells,
    cast(unit_code as string) as unit_code,
    cast(org_type as string) as org_type,
    cast(orgs_opening as bigint) as orgs_opening,
    cast(orgs_new as bigint) as orgs_new,
    cast(orgs_removed as bigint) as orgs_removed,
    cast(orgs_closing as bigint) as orgs_closing,
    cast(orgs_registered as bigint) as orgs_registered,
    cast(orgs_filed as bigint) as orgs_filed,
    cast(orgs_managed as bigint) as orgs_managed,
    cast(with_party_org as bigint) as with_party_org,
    cast(taking_over as bigint) as taking_over,
    cast(members as bigint) as members,
    cast(activities as bigint) as activities,
    cast(participants as bigint) as participants,
    cast(purchase_amount as decimal(18, 6)) as purchase_amount,
    cast(donations_received as decimal(18, 6)) as donations_received,
    cast(remark as string) as remark
from source
