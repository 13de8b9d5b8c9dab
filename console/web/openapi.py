"""The OpenAPI description of the intake, made of the same tables that the answers are made of."""

from typing import Any

from console.web.answers import FORMATS
from console.web.georeport import ATTRIBUTES, CLOSED, OPEN, SERVICES
from data.callbacks import GRADES

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_FORMAT: Schema = {"name": "format", "in": "path", "required": True, "schema": {"enum": list(FORMATS)}}
_JURISDICTION = {"name": "jurisdiction_id", "in": "query", "schema": _TEXT, "description": "接受，不使用：只有一个城市"}
_KEY_HEADER = {"name": "X-API-Key", "in": "header", "schema": _TEXT, "description": "来源的密钥，也可作 api_key"}
_RETRY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "重试用同一个键：内容相同得到同样的回答，不同则 409",
}


def _object(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
    }


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


_ERRORS = _list(_object({"code": {"type": "integer"}, "description": _TEXT}))
_REQUEST = _object(
    {
        "service_request_id": _TEXT,
        "status": {"enum": [OPEN, CLOSED]},
        "status_notes": _TEXT,
        "service_name": {"enum": list(SERVICES.values())},
        "service_code": {"enum": list(SERVICES)},
        "description": {"type": "null"},
        "agency_responsible": _TEXT,
        "service_notice": {"type": "null"},
        "requested_datetime": {"type": "string", "format": "date-time"},
        "updated_datetime": {"type": "string", "format": "date-time"},
        "expected_datetime": {"type": ["string", "null"], "format": "date-time"},
        **{name: {"type": "null"} for name in ("address", "address_id", "zipcode", "lat", "long", "media_url")},
    }
)
_SERVICE = _object(
    {
        **dict.fromkeys(("service_code", "service_name", "description"), _TEXT),
        "metadata": {"type": "boolean"},
        "type": {"const": "batch"},
        "keywords": _TEXT,
        "group": _TEXT,
    }
)
_DEFINITION = _object(
    {
        "service_code": {"enum": list(SERVICES)},
        "attributes": _list(
            _object(
                {
                    "variable": {"type": "boolean"},
                    "code": {"enum": list(ATTRIBUTES)},
                    "datatype": _TEXT,
                    "required": {"type": "boolean"},
                    "datatype_description": _MAYBE,
                    "order": {"type": "integer", "minimum": 1},
                    "description": _TEXT,
                    "values": _list(_object({"key": _TEXT, "name": _TEXT})),
                }
            )
        ),
    }
)
_POSTED = {
    "api_key": _TEXT,
    "jurisdiction_id": _TEXT,
    "service_code": {"enum": list(SERVICES)},
    "lat": {"type": "string", "pattern": r"^-?[0-8]?[0-9](\.[0-9]{1,12})?$", "description": "与 long 一起写"},
    "long": {"type": "string", "pattern": r"^-?(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,12})?$"},
    **dict.fromkeys(("address_string", "address_id"), _TEXT),
    **dict.fromkeys(("email", "device_id", "account_id", "first_name", "last_name", "phone"), _TEXT),
    "description": _TEXT,
    "media_url": _TEXT,
    **{f"attribute[{name}]": _TEXT for name in ATTRIBUTES},
    "attribute[confidential]": {"enum": ["是", "否"]},
    "attribute[date]": {"type": "string", "format": "date-time"},
}
_RATING = {
    "api_key": _TEXT,
    "token": _TEXT,
    "grade": {"enum": list(GRADES)},
    "reason": _list(_TEXT),
    "text": _TEXT,
}


def description(base: str) -> Schema:
    """The description; ``base`` is where the GeoReport endpoint begins."""
    token = {"name": "token", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
    code = {"name": "service_code", "in": "path", "required": True, "schema": {"enum": list(SERVICES)}}
    number = {
        "name": "service_request_id",
        "in": "path",
        "required": True,
        "schema": {"pattern": r"^\d{13,}$", **_TEXT},
    }
    filters = [
        {"name": name, "in": "query", "schema": _TEXT, "description": about}
        for name, about in (
            ("service_request_id", "编号，以逗号分隔；写了它，其他条件不起作用"),
            ("service_code", "以逗号分隔"),
            ("status", "open、closed，以逗号分隔"),
            ("start_date", "起，ISO 8601；不写则为最近 90 天"),
            ("end_date", "止，与起相隔不超过 90 天"),
            ("api_key", "写了它，只看这个来源自己的"),
        )
    ]
    rating = _object({"token": _TEXT, "service_request_id": _TEXT, "grade": {"enum": list(GRADES)}})
    tokens = _list(_object({"service_request_id": _MAYBE, "token": _TEXT}))
    taken = _list(_object({"token": _TEXT, "service_notice": _TEXT, "account_id": _MAYBE}))
    key = {"name": "api_key", "in": "query", "schema": _TEXT}
    many = _list(_REQUEST)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "12345 网络诉求接收（Open311 GeoReport v2）",
            "version": "2",
            "description": "诉求进入受理箱，自提交起 2 小时内受理；回答中没有诉求人的任何信息。",
        },
        "paths": {
            "/discovery.{format}": {"get": _get("服务发现", {"type": "object"}, [])},
            f"{base}/services.{{format}}": {"get": _get("诉求类型", _list(_SERVICE), [_JURISDICTION])},
            f"{base}/services/{{service_code}}.{{format}}": {
                "get": _get("一类诉求的其他项目", _DEFINITION, [code, _JURISDICTION])
            },
            f"{base}/requests.{{format}}": {
                "get": _get("已受理诉求的状态", many, [*filters, _KEY_HEADER, _JURISDICTION]),
                "post": _post("提交诉求", taken, _POSTED, ["service_code"], files=True),
            },
            f"{base}/requests/{{service_request_id}}.{{format}}": {
                "get": _get("一件诉求的状态", many, [number, key, _KEY_HEADER, _JURISDICTION])
            },
            f"{base}/tokens/{{token}}.{{format}}": {
                "get": _get("凭 token 查编号；受理前没有编号", tokens, [token, key, _KEY_HEADER, _JURISDICTION])
            },
            f"{base}/ratings.{{format}}": {
                "post": _post("评价办结的诉求，一件一次（5.3.4）", _list(rating), _RATING, ["token", "grade"])
            },
            "/health": {"get": _plain("能否收件", "application/json")},
            "/metrics": {"get": _plain("Prometheus 指标", "text/plain")},
            "/openapi.json": {"get": _plain("本说明", "application/json")},
        },
    }


def _get(summary: str, schema: Schema, parameters: list[Schema]) -> Schema:
    return {
        "summary": summary,
        "parameters": [_FORMAT, *parameters],
        "responses": _responses(schema, 400, 403, 404, 408, 503),
    }


def _post(summary: str, schema: Schema, fields: Schema, required: list[str], *, files: bool = False) -> Schema:
    body = _object(fields, required)
    content = {"application/x-www-form-urlencoded": {"schema": body}}
    if files:
        media = _list({"type": "string", "contentMediaType": "application/octet-stream"})
        content["multipart/form-data"] = {"schema": _object({**fields, "media": media}, required)}
    return {
        "summary": summary,
        "parameters": [_FORMAT, _KEY_HEADER, *([_RETRY] if files else [])],
        "requestBody": {"required": True, "content": content},
        "responses": _responses(schema, 400, 403, 404, 408, 409, 413, 415, 503),
    }


def _responses(schema: Schema, *refusals: int) -> Schema:
    answered = {"200": _response("回答", schema)}
    return answered | {str(status): _response("没有做，原因见 description", _ERRORS) for status in refusals}


def _response(about: str, schema: Schema) -> Schema:
    return {
        "description": about,
        "content": {"application/json": {"schema": schema}, "text/xml": {"schema": {}}},
    }


def _plain(summary: str, media_type: str) -> Schema:
    return {
        "summary": summary,
        "responses": {
            "200": {"description": "回答", "content": {media_type: {"schema": {}}}},
            "503": _response("存储用不了", _ERRORS),
        },
    }
