-- generated from forms/organisations.yml by `jiceng generate`; edit that
with versioned as (
    {{
        versioned_rows(
            form_id='organisations',
            reported=ref('stg_organisations'),
            unit_column='unit_code',
            levels=['street', 'community'],
        )
    }}
)

select
    period,
    respondent_code,
    region_level,
    street_code,
    district_code,
    unit_code,
    org_type,
    orgs_opening,
    orgs_new,
    orgs_removed,
    orgs_closing,
    orgs_registered,
    orgs_filed,
    orgs_managed,
    with_party_org,
    taking_over,
    members,
    activities,
    participants,
    purchase_amount,
    donations_received,
    remark,
    submission_id,
    row_number,
    source_row,
    has_abnormal_cells,
    revision,
    known_from,
    known_to
from versioned
