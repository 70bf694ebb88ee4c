"""Parts of the parsed dbt project: the nodes of one tag and what they stand on.

dbt and dagster_dbt go through all nodes of a manifest several times a run, whatever is selected;
a part of it costs a third. Not here: parsing (see ``runner``), which tag belongs to which asset.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode


def own_nodes(manifest: "Manifest", tags: Iterable[str]) -> dict[str, "ManifestNode"]:
    """Give the models of some tags, and the data tests that carry a tag or look at such a model."""
    names = _own({one: _Seen.of(node) for one, node in manifest.nodes.items()}, tags)
    return {one: node for one, node in manifest.nodes.items() if one in names}


def part_of_manifest(manifest: "Manifest", tags: Iterable[str]) -> "Manifest":
    """Give the models and data tests of some tags with their parents, and all macros.

    The part of an unknown tag holds no nodes.
    """
    own = own_nodes(manifest, tags)
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
    nodes = {
        one: _Seen(node["resource_type"], node["tags"], node["depends_on"].get("nodes", []))
        for one, node in manifest["nodes"].items()
    }
    own = _own(nodes, [tag])
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a selection looks at in a node, parsed or written."""

    kind: str
    tags: Collection[str]
    parents: Collection[str]

    @classmethod
    def of(cls, node: "ManifestNode") -> "_Seen":
        return cls(str(node.resource_type), node.tags, node.depends_on_nodes)


def _own(nodes: Mapping[str, _Seen], tags: Iterable[str]) -> set[str]:
    """Name the nodes of some tags: a test has the tag of a model only where its YAML says so."""
    wanted = set(tags)
    tagged = {one for one, node in nodes.items() if wanted.intersection(node.tags)}
    models = {one for one in tagged if nodes[one].kind == "model"}
    tests = {one for one, node in nodes.items() if node.kind == "test"}
    return models | {
        one for one in tests if one in tagged or models.intersection(nodes[one].parents)
    }
