"""XML as a stream of events, with everything refused that makes reading it dangerous.

No document type, no entities, nothing from outside. Not here: what the elements mean (see
``workbook_ods``, ``spreadsheet_xml``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from dagster_project.reading.package import broken
from dagster_project.reading.sheets import SheetError

Attributes = dict[str, str]
DEEPEST = 256
"""Elements inside one another; tables need a dozen."""


@dataclass(slots=True)
class Events:
    """What happens at the start and the end of an element, and with the text between.

    Elements and attributes come as ``prefix:name``, by the prefix that ``prefixes`` gives to the
    namespace, whatever the document calls it; those of other namespaces keep their bare name.
    """

    prefixes: Mapping[str, str]
    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    text: Callable[[str], None]
    depth: int = 0

    def read(self, xml: bytes) -> None:
        """Go through a document, raising SheetError where it is none or is dangerous."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        try:
            parser.ParseFile(BytesIO(xml))
        except (expat.ExpatError, LookupError, UnicodeError, ValueError) as error:
            raise broken(str(error)) from error

    def _start(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise broken("XML depth")
        self.start(self._named(name), {self._named(key): attributes[key] for key in attributes})

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(self._named(name))

    def _named(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        prefix = self.prefixes.get(namespace)
        return f"{prefix}:{local}" if prefix else local


def _refuse(*_: object) -> None:
    raise SheetError("READ_FILE_ENTITIES")
