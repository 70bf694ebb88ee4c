{#- generated from indicators.csv by `jiceng generate`; edit that -#}
{% macro operands_of_community_profile() %}
    {%- do return({
        'form_id': 'community_profile',
        'period_type': 'A',
        'unit_column': 'unit_code',
        'of_department': false,
        'lookups': {
            'has_dc9624ce': {
                'form_id': "facilities",
                'unit_column': "unit_code",
                'where': "(((r.facility_type = 'NURSERY') or ((r.facility_type = 'KINDERGARTEN') and (r.has_nursery_class = true))) and (r.status = 'OPEN'))",
                'within': "community",
            },
            'has_761a0319': {
                'form_id': "facilities",
                'unit_column': "unit_code",
                'where': "((r.psych_functions = 3) and (r.status = 'OPEN'))",
                'within': "community",
            },
        },
        'of_rows': {
            'community_profile_552d542b': {
                'function': "count",
                'distinct': "distinct ",
                'value': "substr(r.unit_code, 1, 9)",
                'where': "((cast(nullif(regexp_extract(substr(r.unit_code, 7, 3), '^[0-9]{3}$', 0), '') as bigint) >= 1) and (cast(nullif(regexp_extract(substr(r.unit_code, 7, 3), '^[0-9]{3}$', 0), '') as bigint) <= 99))",
                'columns': ["unit_code"],
            },
            'community_profile_a76089a2': {
                'function': "count",
                'distinct': "distinct ",
                'value': "substr(r.unit_code, 1, 9)",
                'where': "((cast(nullif(regexp_extract(substr(r.unit_code, 7, 3), '^[0-9]{3}$', 0), '') as bigint) >= 100) and (cast(nullif(regexp_extract(substr(r.unit_code, 7, 3), '^[0-9]{3}$', 0), '') as bigint) <= 199))",
                'columns': ["unit_code"],
            },
            'community_profile_42542b6f': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.unit_kind = 'RC')",
                'columns': ["unit_code", "unit_kind"],
            },
            'community_profile_1d935bc2': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.unit_kind = 'VC')",
                'columns': ["unit_code", "unit_kind"],
            },
            'community_profile_2ec12930': {
                'function': "count",
                'value': "r.unit_code",
                'columns': ["unit_code"],
            },
            'community_profile_4f6794cc': {
                'function': "max",
                'value': "r.delegated_items",
                'columns': ["delegated_items"],
            },
            'community_profile_b8b45307': {
                'function': "count",
                'distinct': "distinct ",
                'value': "substr(r.unit_code, 1, 9)",
                'columns': ["unit_code"],
            },
            'community_profile_ee187a62': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.grids >= 1)",
                'columns': ["unit_code", "grids"],
            },
            'community_profile_6b935cf4': {
                'function': "sum",
                'value': "r.permanent_population",
                'columns': ["permanent_population"],
            },
            'community_profile_d55ac446': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.services_available >= 7)",
                'columns': ["unit_code", "services_available"],
            },
            'community_profile_3ae5d158': {
                'function': "count",
                'value': "r.unit_code",
                'where': "r.has_dc9624ce",
                'columns': ["unit_code"],
            },
            'community_profile_8f59303d': {
                'sql': "case when (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end > 100000) then 1 when not (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end > 100000) then 0 end",
                'rows': "true",
                'columns': ["permanent_population"],
            },
            'community_profile_8e27119a': {
                'sql': "case when (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end > 20000) then 1 when not (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end > 20000) then 0 end",
                'rows': "true",
                'columns': ["permanent_population"],
            },
            'community_profile_04d03420': {
                'sql': "case when (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end <= 20000) then 1 when not (case when count(r.row_number) > 0 then sum(r.permanent_population) else 0 end <= 20000) then 0 end",
                'rows': "true",
                'columns': ["permanent_population"],
            },
            'community_profile_56da715c': {
                'function': "count",
                'value': "r.unit_code",
                'where': "r.has_761a0319",
                'columns': ["unit_code"],
            },
            'community_profile_ee3da19a': {
                'function': "count",
                'value': "r.unit_code",
                'where': "((r.is_housing_community = true) and (r.circle_15min_covered = true))",
                'columns': ["unit_code", "is_housing_community", "circle_15min_covered"],
            },
            'community_profile_f0e2e626': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.is_housing_community = true)",
                'columns': ["unit_code", "is_housing_community"],
            },
            'community_profile_f4d11f9b': {
                'function': "sum",
                'value': "r.estates_smart_security",
                'columns': ["estates_smart_security"],
            },
            'community_profile_67bec1b8': {
                'function': "sum",
                'value': "r.estates_renovated",
                'columns': ["estates_renovated"],
            },
            'community_profile_2a4bf440': {
                'function': "sum",
                'value': "r.estates_elder_norm",
                'columns': ["estates_elder_norm"],
            },
            'community_profile_183fc321': {
                'function': "sum",
                'value': "r.residential_estates",
                'columns': ["residential_estates"],
            },
            'community_profile_2b932a67': {
                'function': "sum",
                'value': "r.residents_15min_centre",
                'columns': ["residents_15min_centre"],
            },
            'community_profile_d846538b': {
                'function': "sum",
                'value': "r.pop_age_60_plus",
                'columns': ["pop_age_60_plus"],
            },
            'community_profile_88322330': {
                'function': "sum",
                'value': "r.residents_15min_health",
                'columns': ["residents_15min_health"],
            },
            'community_profile_d3d52747': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.unit_kind = 'BUILDING')",
                'columns': ["unit_code", "unit_kind"],
            },
            'community_profile_bc28438b': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(((r.unit_kind = 'RC') and (r.households < 1500)) and (r.is_support_area = true))",
                'columns': ["unit_code", "unit_kind", "households", "is_support_area"],
            },
            'community_profile_768641dd': {
                'function': "min",
                'value': "r.households",
                'where': "(r.unit_kind = 'RC')",
                'columns': ["households", "unit_kind"],
            },
            'community_profile_a74eb9a2': {
                'sql': "case when (count(case when (r.unit_kind = 'RC') then r.unit_code end) > 0) then 1 when not (count(case when (r.unit_kind = 'RC') then r.unit_code end) > 0) then 0 end",
                'rows': "coalesce((r.unit_kind = 'RC'), true)",
                'columns': ["unit_code", "unit_kind"],
            },
            'community_profile_18aeb135': {
                'function': "count",
                'value': "r.unit_code",
                'where': "(r.is_point_type = true)",
                'columns': ["unit_code", "is_point_type"],
            },
            'community_profile_13ecf1c8': {
                'sql': "case when (count(case when ((r.unit_kind = 'VC') and (r.permanent_population < 3000)) then r.unit_code end) > 0) then 1 when not (count(case when ((r.unit_kind = 'VC') and (r.permanent_population < 3000)) then r.unit_code end) > 0) then 0 end",
                'rows': "coalesce(((r.unit_kind = 'VC') and (r.permanent_population < 3000)), true)",
                'columns': ["unit_code", "unit_kind", "permanent_population"],
            },
            'community_profile_b97e6b82': {
                'sql': "case when (count(case when ((r.unit_kind = 'VC') and (r.permanent_population >= 3000)) then r.unit_code end) > 0) then 1 when not (count(case when ((r.unit_kind = 'VC') and (r.permanent_population >= 3000)) then r.unit_code end) > 0) then 0 end",
                'rows': "coalesce(((r.unit_kind = 'VC') and (r.permanent_population >= 3000)), true)",
                'columns': ["unit_code", "unit_kind", "permanent_population"],
            },
            'community_profile_17cff1cc': {
                'sql': "case when (count(case when (r.unit_kind = 'VC') then r.unit_code end) > 0) then 1 when not (count(case when (r.unit_kind = 'VC') then r.unit_code end) > 0) then 0 end",
                'rows': "coalesce((r.unit_kind = 'VC'), true)",
                'columns': ["unit_code", "unit_kind"],
            },
            'community_profile_d65c6846': {
                'function': "max",
                'value': "r.region_wide_items",
                'columns': ["region_wide_items"],
            },
            'community_profile_89ad580b': {
                'function': "sum",
                'value': "r.residents_15min_party",
                'columns': ["residents_15min_party"],
            },
        },
        'of_community': {},
        'of_street': {},
    }) -%}
{% endmacro %}
