"""Parts of the parsed dbt project: the nodes of one tag and what they stand on.

dbt and dagster_dbt go through all nodes of a manifest several times a run, whatever is selected;
a part of it costs a third. Not here: parsing (see ``runner``), which tag belongs to which asset.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode

KINDS = ("model", "test")
"""What a build runs; unit tests are run in CI."""


def part_of_manifest(manifest: "Manifest", tags: Iterable[str]) -> "Manifest":
    """Give the models and data tests of some tags with their parents, and all macros.

    The part of an unknown tag holds no nodes.
    """
    wanted = set(tags)
    own = {
        unique_id: node
        for unique_id, node in manifest.nodes.items()
        if node.resource_type in KINDS and wanted.intersection(node.tags)
    }
    parents = {one for node in own.values() for one in node.depends_on_nodes}
    others = parents & manifest.nodes.keys() - own.keys()
    nodes = own | {one: _without_parents(manifest.nodes[one]) for one in others}
    sources = {one: manifest.sources[one] for one in parents & manifest.sources.keys()}
    return replace(manifest, nodes=nodes, sources=sources, unit_tests={}, exposures={}, disabled={})


def _without_parents(node: "ManifestNode") -> "ManifestNode":
    """Give a node that is only referred to: what it stands on itself is not in the part."""
    alone = copy(node)
    alone.depends_on = type(node.depends_on)(macros=node.depends_on.macros)
    return alone


def part_of_document(manifest: Mapping[str, Any], tag: str) -> dict[str, Any]:
    """Give the same part of ``manifest.json``, with all ancestors: Dagster asks for them."""
    own = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in KINDS and tag in node["tags"]
    }
    kept = _with_ancestors(own, manifest["parent_map"])
    part = {
        kind: {one: content for one, content in manifest[kind].items() if one in kept}
        for kind in ("nodes", "sources")
    }
    children = {one: kept.intersection(manifest["child_map"][one]) for one in kept}
    return {**manifest, **part, "child_map": children, "unit_tests": {}, "exposures": {}}


def _with_ancestors(names: set[str], parents: Mapping[str, Iterable[str]]) -> set[str]:
    found, new = set(names), set(names)
    while new:
        new = {parent for one in new for parent in parents[one]} - found
        found |= new
    return found
