"""A filled form as telephones send it: XML, read without entities, to a bounded depth and size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

DEEPEST = 40
MOST_NODES = 50_000


class BadInstance(ValueError):
    """Why a submission cannot be read: a code that callers translate."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Node:
    """An element without its namespace; `text` is empty where it has children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> "Node | None":
        return next((node for node in self.children if node.tag == tag), None)

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
        for node in self.children:
            inner = (*path, node.tag)
            if node.children:
                yield from node.leaves(inner)
            else:
                yield inner, node.text


@dataclass(frozen=True)
class Instance:
    """What a submission says of itself; `root` holds the answers."""

    form_id: str
    version: str
    id: str
    replaces: str
    root: Node

    @property
    def encrypted(self) -> bool:
        return self.root.attributes.get("encrypted") == "yes"


def read_instance(raw: bytes) -> Instance:
    """Raises BadInstance: not_xml, doctype, too_deep, too_large, no_form or no_instance_id."""
    root = _Tree(raw).root
    form_id = root.attributes.get("id", "").strip()
    if not form_id:
        raise BadInstance("no_form")
    meta = root.child("meta")
    told = {node.tag: node.text.strip() for node in meta.children} if meta else {}
    own = told.get("instanceID") or root.attributes.get("instanceID", "").strip()
    if not own:
        raise BadInstance("no_instance_id")
    return Instance(
        form_id, root.attributes.get("version", "").strip(), own, told.get("deprecatedID", ""), root
    )


class _Tree:
    """Builds the nodes; whatever could make a small text large is refused."""

    def __init__(self, raw: bytes) -> None:
        self._stack: list[Node] = []
        self._found: list[Node] = []
        self._nodes = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(raw, True)
        except expat.ExpatError:
            raise BadInstance("not_xml") from None
        except (LookupError, ValueError) as error:  # an encoding that Python does not know
            raise error if isinstance(error, BadInstance) else BadInstance("not_xml") from None
        self.root = self._found[0]

    def _doctype(self, *_said: object) -> None:
        raise BadInstance("doctype")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise BadInstance("too_large")
        if len(self._stack) >= DEEPEST:
            raise BadInstance("too_deep")
        plain = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
        node = Node(tag.rpartition(" ")[2], plain)
        (self._stack[-1].children if self._stack else self._found).append(node)
        self._stack.append(node)

    def _end(self, _tag: str) -> None:
        node = self._stack.pop()
        node.text = "" if node.children else node.text.strip()

    def _text(self, text: str) -> None:
        if self._stack:
            self._stack[-1].text += text
