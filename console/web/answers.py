"""How answers are written: JSON, or XML as GeoReport v2 shows it; and the one shape of every refusal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree  # only to write: nothing of a request is ever read as XML

import msgspec
from starlette.responses import Response

JSON, XML = "json", "xml"
FORMATS = (JSON, XML)
_TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
_SINGLE = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = Mapping[str, Any]


class Refused(Exception):
    """A request is refused: the HTTP status, a word for log and figures, and a sentence for whoever asked."""

    def __init__(self, status: int, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.reason, self.sentence = status, reason, sentence


def answer(form: str, root: str, item: str, value: Row | Sequence[Row], status: int = 200) -> Response:
    """Write a value: rows as ``<root><item>…``, one mapping as ``<root>…``."""
    if form == XML:
        element = ElementTree.Element(root)
        if isinstance(value, Mapping):
            _fill(element, value)
        else:
            for row in value:
                _fill(ElementTree.SubElement(element, item), row)
        body = ElementTree.tostring(element, encoding="UTF-8", xml_declaration=True, short_empty_elements=False)
        body = body.replace(b"<?xml version='1.0' encoding='UTF-8'?>", b'<?xml version="1.0" encoding="UTF-8"?>', 1)
    else:
        body = msgspec.json.encode(value)
    # A browser that is shown a citizen's answer keeps no copy, and guesses no other type.
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, status, headers, _TYPES.get(form, _TYPES[JSON]))


def refusal(form: str, refused: Refused) -> Response:
    """Write a refusal: an array of code and description."""
    return answer(form, "errors", "error", [{"code": refused.status, "description": refused.sentence}], refused.status)


def format_of(path: str) -> str:
    """The format that the end of a path asks for; JSON where it asks for none."""
    return XML if path.endswith(".xml") else JSON


def _fill(element: ElementTree.Element, row: Row) -> None:
    for name, value in row.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, list):
            for each in value:
                below = ElementTree.SubElement(child, _SINGLE[name])
                if isinstance(each, Mapping):
                    _fill(below, each)
                else:
                    below.text = _text(each)
        elif value is not None:
            child.text = _text(value)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _NOT_XML.sub("\ufffd", str(value))
