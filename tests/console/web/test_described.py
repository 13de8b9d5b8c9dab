"""The OpenAPI description says what the program does: by hand, and by requests that schemathesis makes of it."""

import json
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from console.house import House
from console.web.app import BASE, Web
from console.web.georeport import ATTRIBUTES, SERVICES
from tests.lives import Lives


def test_each_route_is_described_and_no_other(house: House, client: TestClient) -> None:
    """You should see the routes of the application, method by method."""
    described = client.get("/openapi.json").json()
    said = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    routes = Web(house).app().routes
    assert said == {(route.path, method) for route in routes for method in route.methods - {"HEAD"}}
    for path, methods in described["paths"].items():
        for operation in methods.values():
            named = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))


def test_what_is_described_is_what_is_answered(house: House, client: TestClient, post, accepted) -> None:
    """You should see every field of an answer in its schema, and every field of the definition among those of a POST."""
    import jsonschema_rs

    described = client.get("/openapi.json").json()
    token = post().json()[0]["token"]
    ticket = Lives(house).completed_web()
    asked = {
        f"{BASE}/services.{{format}}": f"{BASE}/services.json",
        f"{BASE}/services/{{service_code}}.{{format}}": f"{BASE}/services/help.json",
        f"{BASE}/tokens/{{token}}.{{format}}": f"{BASE}/tokens/{token}.json",
        f"{BASE}/requests.{{format}}": f"{BASE}/requests.json",
        f"{BASE}/requests/{{service_request_id}}.{{format}}": f"{BASE}/requests/{ticket.number}.json",
    }
    for accept in (False, True):
        if accept:
            accepted(ticket)
        for path, address in asked.items():
            answer = client.get(address)
            content = described["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
            schema = content["application/json"]["schema"]
            jsonschema_rs.validator_for(schema).validate(answer.json())
            if answer.status_code == 200:
                rows = answer.json() if isinstance(answer.json(), list) else [answer.json()]
                fields = schema.get("items", schema)["properties"]
                assert all(set(row) == set(fields) for row in rows)
    posted = described["paths"][f"{BASE}/requests.{{format}}"]["post"]["requestBody"]["content"]
    for body in posted.values():
        assert {f"attribute[{name}]" for name in ATTRIBUTES} <= set(body["schema"]["properties"])
        assert body["schema"]["properties"]["service_code"] == {"enum": list(SERVICES)}


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    """How many requests of each operation."""
    return 200 if request.config.getoption("--long") else 15


@pytest.mark.heavy
@pytest.mark.parametrize("known", [True, False], ids=["with a key", "without"])
def test_no_request_of_the_description_is_a_server_error(house: House, key: str, examples: int, known: bool) -> None:
    """You should see no answer of 500 and above to whatever schemathesis makes, valid and not; `--long` makes more."""
    app = Web(house, lambda line: None).app()
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    headers = {"X-API-Key": key} if known else {}
    asked = set()
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for found in schema.get_all_operations():
        operation = found.ok()
        strategy = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=strategy)
        def ask(case: schemathesis.Case) -> None:
            answer = case.call_and_validate(checks=[not_a_server_error], headers=headers)
            assert answer.status_code < 500
            if "json" in (answer.headers.get("content-type") or [""])[0]:
                json.loads(answer.content)

        ask()
        asked.add((operation.method.upper(), operation.path))
    described = {(method.upper(), path) for path, methods in schema.raw_schema["paths"].items() for method in methods}
    assert asked == described - {("GET", "/openapi.json")}  # which schemathesis has asked already
