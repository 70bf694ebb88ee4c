"""The workbook's own part with one sheet put before the others, and nothing else moved.

Names that belong to a sheet count sheets, so they are counted on. Not here: what is on the sheet.
"""

import re
from dataclasses import dataclass

from dagster_project.feedback.package_edits import PackageEdits
from dagster_project.feedback.xml_edits import (
    Edit,
    NotPatchableError,
    Tag,
    edited,
    escaped,
    inserted,
    number_of,
    tags_of,
    with_attribute,
)

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
AFTER_NAMES = frozenset({
    "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
})  # fmt: skip
"""Children of a workbook that come after its defined names."""
LONGEST_NAME = 31
TITLES = "_xlnm.Print_Titles"


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's part, and the paths of its sheets by name."""

    path: str
    xml: bytes
    tags: list[Tag]
    sheets: dict[str, str]
    styles: str | None

    @classmethod
    def of(cls, edits: PackageEdits) -> "Book":
        """Find the workbook and its sheets, raising NotPatchableError where there is none."""
        roots = (one.path for one in edits.relations("") if one.kind == "officeDocument")
        path = next(roots, "xl/workbook.xml")
        xml = edits.read(path)
        tags = tags_of(xml, 2)
        relations = {one.identifier: one for one in edits.relations(path)}
        sheets = {}
        for tag in tags:
            if tag.name == "sheet" and (found := relations.get(_relation_of(tag))):
                sheets[tag.attributes.get("name", "")] = found
        worksheets = {name: one.path for name, one in sheets.items() if one.kind == "worksheet"}
        styles = next((one.path for one in relations.values() if one.kind == "styles"), None)
        if not worksheets:
            raise NotPatchableError("sheets")
        return cls(path, xml, tags, worksheets, styles)

    @property
    def sheet_names(self) -> set[str]:
        """Give the names of all sheets in lower case: names must differ in more than case."""
        return {tag.attributes.get("name", "").lower() for tag in self._named("sheet")}

    def _named(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    def free_name(self, wanted: str) -> str:
        """Give a name that no sheet has."""
        name, number = wanted, 1
        while name.lower() in self.sheet_names:
            number += 1
            name = f"{wanted[: LONGEST_NAME - 5]}({number})"
        return name

    def with_first(self, name: str, relation: str, namespace: str, titles: str) -> bytes:
        """Give the part with a sheet put first; ``titles`` are its rows repeated in print."""
        listed = next(iter(self._named("sheets")))
        taken = [number_of(tag.attributes.get("sheetId")) for tag in self._named("sheet")]
        sheet = (
            f'<{listed.prefix}sheet xmlns:jr="{namespace}" name="{escaped(name)}"'
            f' sheetId="{max(taken) + 1}" jr:id="{relation}"/>'
        )
        edits = [Edit(listed.inside, listed.inside, sheet.encode())]
        edits += [self._counted_on(tag) for tag in self._named("definedName")]
        edits += [self._opened_first(tag) for tag in self._named("workbookView")]
        edits.append(self._with_titles(name, titles))
        return edited(self.xml, [edit for edit in edits if edit])

    def with_again(self, name: str, titles: str) -> bytes:
        """Give the part with our sheet of an earlier return shown first and its titles set anew."""
        listed = self._named("sheet")
        number = next(n for n, tag in enumerate(listed) if tag.attributes.get("name") == name)
        edits = [self._opened_first(tag, number) for tag in self._named("workbookView")]
        for tag in self._named("definedName"):
            of = tag.attributes
            if of.get("name") == TITLES and of.get("localSheetId") == str(number):
                edits.append(Edit(tag.inside, tag.inside_end, _rows(name, titles).encode()))
        return edited(self.xml, edits)

    def _counted_on(self, tag: Tag) -> Edit:
        opening = self.xml[tag.start : tag.inside]
        if "localSheetId" in tag.attributes:
            number = number_of(tag.attributes["localSheetId"]) + 1
            opening = with_attribute(opening, "localSheetId", number)
        return Edit(tag.start, tag.inside, opening)

    def _opened_first(self, tag: Tag, number: int = 0) -> Edit:
        opening = self.xml[tag.start : tag.inside]
        for name in ("activeTab", "firstSheet"):
            pattern = rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
            opening = re.sub(pattern, b"", opening)
        if number:
            opening = with_attribute(opening, "activeTab", number)
        return Edit(tag.start, tag.inside, opening)

    def _with_titles(self, name: str, titles: str) -> Edit:
        p = self.tags[0].prefix
        text = _rows(name, titles)
        line = f'<{p}definedName name="{TITLES}" localSheetId="0">{text}</{p}definedName>'
        if names := self._named("definedNames"):
            return Edit(names[0].inside, names[0].inside, line.encode())
        whole = f"<{p}definedNames>{line}</{p}definedNames>".encode()
        after = (t.start for t in self.tags if t.depth == 1 and t.name in AFTER_NAMES)
        at = next(after, None)
        return Edit(at, at, whole) if at is not None else inserted(self.xml, self.tags[0], whole)


def _rows(name: str, titles: str) -> str:
    """Give rows of a sheet as a formula names them."""
    quoted = name.replace("'", "''")
    return f"'{escaped(quoted)}'!{titles}"


def _relation_of(tag: Tag) -> str:
    """Give the identifier of a sheet's relation, whatever prefix its namespace has."""
    found = (value for name, value in tag.attributes.items() if name.endswith(":id"))
    return next(found, "")
