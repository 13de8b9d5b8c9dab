"""A GeoReport v2 client written from the published text alone (wiki.open311.org/GeoReport_v2): it knows nothing of ours."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any
from xml.etree import ElementTree


class Failed(Exception):
    """The server answered with errors: the HTTP status, and each error's code and description."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{status} {errors}")
        self.status, self.errors = status, errors


class SpecClient:
    """Calls the methods of the specification in one format; every value comes back as text, empty ones as None."""

    def __init__(self, endpoint: str, form: str, jurisdiction: str = "city.gov") -> None:
        self._endpoint, self._form, self._jurisdiction = endpoint, form, jurisdiction

    def services(self) -> list[dict[str, Any]]:
        return self._rows(self._get("services"), "services", "service")

    def definition(self, code: str) -> dict[str, Any]:
        answer = self._get(f"services/{code}")
        if self._form == "json":
            return dict(_texts(json.loads(answer)))
        root = ElementTree.fromstring(answer)
        assert root.tag == "service_definition"
        attributes = root.find("attributes")
        assert attributes is not None
        rows = []
        for attribute in attributes.findall("attribute"):
            row = {child.tag: child.text for child in attribute if child.tag != "values"}
            values = [{part.tag: part.text for part in value} for value in attribute.findall("values/value")]
            rows.append({**row, "values": values})
        return {"service_code": root.findtext("service_code"), "attributes": rows}

    def post(self, key: str, **fields: str | list[str]) -> dict[str, Any]:
        given = {name.replace("attribute_", "attribute[", 1) + "]" if name.startswith("attribute_") else name: value
                 for name, value in fields.items()}  # fmt: skip
        sent = {"api_key": key, "jurisdiction_id": self._jurisdiction, **given}
        body = urllib.parse.urlencode(sent, doseq=True).encode("ascii")
        request = urllib.request.Request(f"{self._endpoint}/requests.{self._form}", body, method="POST")
        request.add_header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        (row,) = self._rows(self._open(request), "service_requests", "request")
        return row

    def token(self, token: str) -> dict[str, Any]:
        (row,) = self._rows(self._get(f"tokens/{token}"), "service_requests", "request")
        return row

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        return self._rows(self._get("requests", **filters), "service_requests", "request")

    def request(self, number: str) -> dict[str, Any]:
        (row,) = self._rows(self._get(f"requests/{number}"), "service_requests", "request")
        return row

    def _get(self, path: str, **query: str) -> bytes:
        asked = urllib.parse.urlencode({"jurisdiction_id": self._jurisdiction, **query})
        return self._open(urllib.request.Request(f"{self._endpoint}/{path}.{self._form}?{asked}"))

    def _open(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                self._check_type(answer.headers)
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            self._check_type(error.headers)
            raise Failed(error.code, self._rows(error.read(), "errors", "error")) from None

    def _check_type(self, headers: Any) -> None:
        expected = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}[self._form]
        assert headers["Content-Type"].lower() == expected

    def _rows(self, answer: bytes, root: str, item: str) -> list[dict[str, Any]]:
        if self._form == "json":
            rows = json.loads(answer.decode("utf-8"))
            assert isinstance(rows, list)
            return [_texts(row) for row in rows]
        assert answer.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
        tree = ElementTree.fromstring(answer)
        assert tree.tag == root
        assert {child.tag for child in tree} <= {item}
        return [{field.tag: field.text for field in child} for child in tree]


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return value if value is None else str(value).lower() if isinstance(value, bool) else str(value)
