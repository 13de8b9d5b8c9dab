"""The web intake as an ASGI application: routes, who asks, and one place where everything that goes wrong is answered."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from console.exposition import Log, log_line
from console.failure import sentence_of
from console.house import House
from console.ratings import RatingError, rate_ticket
from console.text import clean
from console.web import georeport
from console.web.answers import FORMATS, Refused, Row, answer, format_of, refusal
from console.web.body import LARGE, SMALL, Form, read_form, read_pairs
from console.web.keys import source_of
from console.web.openapi import description
from console.web.submissions import Submissions, Upload, retry_key_of
from console.web.watching import Told, Watch
from data.callbacks import GRADES
from data.db import StorageError
from data.events import Ticket
from data.web_intake import Handed, Source, Taken

BASE = "/open311/v2"
BODY_SECONDS = 600  # for the whole of a body: a video over a slow line, and no connection for ever
_MOST_REASONS = 20

T = TypeVar("T")
Handler = Callable[[Request, Told], Awaitable[Response]]


class Web:
    """The intake of one house."""

    def __init__(self, house: House, log: Log = log_line) -> None:
        self._house = house
        self._submissions = Submissions(house)
        self.watch = Watch(house.clock, log)
        # One at a time at the store: its connection is one, and a day of Beijing is a few requests a second.
        self._lane = anyio.CapacityLimiter(1)
        self._openapi = description(BASE)

    def app(self) -> Starlette:
        """The application; its routes are those of the OpenAPI description."""
        routes = [
            self._route("GET", "/discovery.{format}", self._discovery),
            self._route("GET", f"{BASE}/services.{{format}}", self._services),
            self._route("GET", f"{BASE}/services/{{service_code}}.{{format}}", self._definition),
            self._route("POST", f"{BASE}/requests.{{format}}", self._post),
            self._route("GET", f"{BASE}/requests.{{format}}", self._requests),
            self._route("GET", f"{BASE}/requests/{{service_request_id}}.{{format}}", self._request),
            self._route("GET", f"{BASE}/tokens/{{token}}.{{format}}", self._token),
            self._route("POST", f"{BASE}/ratings.{{format}}", self._rate),
            self._route("GET", "/health", self._health),
            self._route("GET", "/metrics", self._metrics),
            self._route("GET", "/openapi.json", self._described),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._no_route})

    def _route(self, method: str, path: str, handler: Handler) -> Route:
        return Route(path, partial(self._answered, f"{method} {path}", handler), methods=[method])

    async def _answered(self, route: str, handler: Handler, request: Request) -> Response:
        """Answer one request, whatever happens, and note what became of it; no error's own words leave this house."""
        told = Told(route)
        form = request.path_params.get("format", "json")
        try:
            if form not in FORMATS:
                raise Refused(404, "no_format", f"格式只有 {'、'.join(FORMATS)}：请在地址末尾写明")
            with anyio.fail_after(BODY_SECONDS):
                response = await handler(request, told)
        except Refused as refused:
            told.outcome, response = refused.reason, refusal(form, refused)
        except (ClientDisconnect, TimeoutError):
            told.outcome = "broken_off"
            response = refusal(form, Refused(408, told.outcome, "请求没有传完：请重新提交"))
        except (StorageError, sqlite3.Error):
            told.outcome = "storage"
            response = refusal(form, Refused(503, told.outcome, "存储暂时用不了，什么都没有收：请稍后用原来的键重试"))
        except Exception as error:
            told.outcome = "failed"
            sentence_of(error, self._house.home.root)  # writes where it happened, without the words
            response = refusal(form, Refused(500, told.outcome, "程序出错，这次没有完成：经过已记下，请稍后重试"))
        self.watch.note(told, response.status_code)
        return response

    async def _no_route(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        told = Told("other")
        told.outcome = "no_method" if status == 405 else "no_route"
        sentence = "这个地址不接受这种方法" if status == 405 else "没有这个地址：请看 /openapi.json"
        self.watch.note(told, status)
        response = refusal(format_of(request.url.path), Refused(status, told.outcome, sentence))
        for name, value in (getattr(error, "headers", None) or {}).items():
            response.headers[name] = value
        return response

    async def _do(self, work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=self._lane)

    # -- who asks ---------------------------------------------------------------------------------------------------

    async def _source(self, key: str, told: Told) -> Source:
        source = await self._do(lambda: source_of(self._house.intake_keys, key))
        if source is None:
            raise Refused(403, "wrong_key", "缺少 api_key，或它不对、已停用：请核对，或找热线中心重新发放")
        told.source = source.name
        return source

    async def _asking(self, request: Request, told: Told) -> tuple[dict[str, str], str]:
        """The query, and the source that asks; GeoReport lets anybody ask, who then sees what anybody may."""
        pairs = read_pairs(request.scope.get("query_string", b""))
        query = dict(reversed(pairs))  # the first of each
        key = request.headers.get("x-api-key", "") or query.get("api_key", "")
        return query, (await self._source(key, told)).name if key else ""

    async def _sent(self, request: Request, told: Told) -> tuple[Source, Form]:
        """The source and the form of a POST; what is large is read only from a source that is known beforehand."""
        key = request.headers.get("x-api-key", "")
        known = await self._source(key, told) if key else None
        form = await read_form(request, LARGE if known else SMALL)
        try:
            return known or await self._source(form.one("api_key"), told), form
        except Refused:
            await form.close()
            raise

    # -- GeoReport --------------------------------------------------------------------------------------------------

    async def _discovery(self, request: Request, told: Told) -> Response:
        told.outcome = "read"
        return self._answer(request, "discovery", "", georeport.discovery(str(request.base_url).rstrip("/") + BASE))

    async def _services(self, request: Request, told: Told) -> Response:
        told.outcome = "read"
        return self._answer(request, "services", "service", georeport.services())

    async def _definition(self, request: Request, told: Told) -> Response:
        row = georeport.definition(request.path_params["service_code"], self._house.reference.regions)
        told.outcome = "read"
        return self._answer(request, "service_definition", "", row)

    async def _post(self, request: Request, told: Told) -> Response:
        retry_key = retry_key_of(request.headers.get("idempotency-key"))
        source, form = await self._sent(request, told)
        try:
            now, told.files = self._house.clock.now(), len(form.files)
            one = await self._do(lambda: self._submissions.read(source, form, now))
            uploads = [Upload(file.filename or "", file.file) for _, file in form.files if file.filename]
            kept = await anyio.to_thread.run_sync(lambda: self._submissions.keep(uploads))
            work = self._submissions
            taken = await self._do(lambda: work.take_in(source, form, one, kept, retry_key, now))
        finally:
            await form.close()
        told.outcome = _outcome(taken)
        # The notice is the same for a retry as for the first: same key and content, same answer.
        row = {"token": taken.token, "service_notice": "已收到，2小时内受理；凭 token 查询编号", "account_id": None}
        return self._answer(request, "service_requests", "request", [row])

    async def _token(self, request: Request, told: Told) -> Response:
        _, source = await self._asking(request, told)
        token = request.path_params["token"]
        handed, ticket = await self._do(lambda: self._handed(token, source))
        told.outcome = "read"
        row = {"service_request_id": ticket.number if ticket else None, "token": handed.token}
        return self._answer(request, "service_requests", "request", [row])

    def _handed(self, token: str, source: str) -> tuple[Handed, Ticket | None]:
        handed = self._house.web_requests.of_token(token)
        if handed is None or source not in ("", handed.source):
            raise Refused(404, "no_token", "没有这个 token：请核对")
        return handed, self._house.tickets.get(handed.ticket_id) if handed.ticket_id else None

    async def _request(self, request: Request, told: Told) -> Response:
        _, source = await self._asking(request, told)
        number = request.path_params["service_request_id"]
        ticket = await self._do(lambda: self._numbered(number, source))
        if ticket is None:
            raise Refused(404, "no_request", "没有这个 service_request_id：请核对")
        told.outcome = "read"
        return self._answer(request, "service_requests", "request", [self._row(ticket)])

    async def _requests(self, request: Request, told: Told) -> Response:
        query, source = await self._asking(request, told)
        wanted = georeport.filters(query, self._house.clock.now())
        rows = await self._do(lambda: [self._row(ticket) for ticket in self._listed(wanted, source)])
        told.outcome = "read"
        return self._answer(request, "service_requests", "request", rows)

    def _numbered(self, number: str, source: str) -> Ticket | None:
        ticket = self._house.tickets.by_number(number)
        return ticket if ticket and self._house.web_requests.handed_in(ticket.id, source) else None

    def _listed(self, wanted: georeport.Filters, source: str) -> list[Ticket]:
        if wanted.ids:
            return [ticket for number in wanted.ids if (ticket := self._numbered(number, source))]
        found: list[Ticket] = []
        for ticket_id in self._house.web_requests.tickets_between(wanted.since, wanted.until, source):
            ticket = self._house.tickets.get(ticket_id)
            if ticket and wanted.fits(ticket):
                found.append(ticket)
            if len(found) == georeport.MOST:
                break
        return found

    def _row(self, ticket: Ticket) -> Row:
        return georeport.request_of(ticket, self._house.settings.centre)

    # -- the rating page (5.3.4) ------------------------------------------------------------------------------------

    async def _rate(self, request: Request, told: Told) -> Response:
        source, form = await self._sent(request, told)
        try:
            token, grade = form.one("token"), form.one("grade")
            if grade not in GRADES:
                raise Refused(400, "invalid", f"grade 只有五档：{'、'.join(GRADES)}（5.3.2）")
            reasons = [clean(each, lines=False) for each in form.all("reason", "reason[]")[:_MOST_REASONS]]
            text = clean(form.one("text"))
            number = await self._do(lambda: self._rated(token, source.name, grade, reasons, text))
        finally:
            await form.close()
        told.outcome = "rated"
        row = {"token": token, "service_request_id": number, "grade": grade}
        return self._answer(request, "ratings", "rating", [row])

    def _rated(self, token: str, source: str, grade: str, reasons: list[str], text: str) -> str:
        _, ticket = self._handed(token, source)
        if ticket is None:
            raise Refused(409, "not_rated", "这件诉求还没有受理、办结，办结后才能评价（5.3.4）")
        try:
            return rate_ticket(self._house, ticket.number, grade, reasons, text, self._house.clock.now()).number
        except RatingError as error:
            raise Refused(409, "not_rated", str(error)) from error

    # -- how it is ---------------------------------------------------------------------------------------------------

    async def _health(self, request: Request, told: Told) -> Response:
        waiting = await self._do(self._house.inbox.count_waiting)  # the store can be read, or this is a 503
        told.outcome = "read"
        return JSONResponse({"status": "ok", "inbox_waiting": waiting})

    async def _metrics(self, request: Request, told: Told) -> Response:
        text = await self._do(lambda: self.watch.text(self._house.inbox))
        told.outcome = "read"
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _described(self, request: Request, told: Told) -> Response:
        told.outcome = "read"
        return JSONResponse(self._openapi)

    def _answer(self, request: Request, root: str, item: str, value: Row | list[Row]) -> Response:
        return answer(request.path_params["format"], root, item, value)


def _outcome(taken: Taken) -> str:
    return "retried" if taken.retried else "repeated" if taken.repeated else "accepted"
