"""Routes of the articles: /v1/documents, /v1/ingest, /v1/jobs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, UploadFile
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.core.settings import Settings
from assistant.core.types import Document
from assistant.models.embedder.embedder import Embedder
from ingest.index import build_index
from ui.library.job import Job, Outcome
from ui.library.library import add_files, find_articles, list_articles, read_article, remove_article
from ui.library.page_image import page_image
from ui.library.uploads import MAX_FILES
from ui.serve.failures import Described, failure, failures
from ui.serve.routes.answers import plain
from ui.serve.routes.shapes import (
    ArticleBody,
    ArticlesBody,
    IngestRequest,
    JobBody,
    RemovedBody,
)
from ui.serve.service import Service

MISSING: Described = {404: failure(404, "There is none of this id.")}
BUSY: Described = {409: failure(409, "The index is being changed.")}
BEGUN: Described = {
    202: {
        "description": "The job, which is asked for at the address in `Location`.",
        "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
    }
}
PICTURE: Described = {
    200: {"content": {"image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}}}
}
LOOK_S = 0.2  # between two looks at a job that is waited for


@dataclass(frozen=True)
class Upload:
    """A file as the library takes it."""

    name: str
    data: bytes

    def getvalue(self) -> bytes:
        """Return its bytes."""
        return self.data


def article_routes(service: Service) -> APIRouter:
    """Return the routes of the articles."""
    router = APIRouter(prefix="/v1", tags=["articles"], responses=failures(502, 504))
    _add_reading(router, service)
    _add_changing(router, service)
    _add_jobs(router, service)
    return router


def _add_reading(router: APIRouter, service: Service) -> None:
    @router.get("/documents", response_model=ArticlesBody)
    def documents(
        words: Annotated[
            str, Query(max_length=200, description="Words of title, source, date or text.")
        ] = "",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List the articles, in the order of their titles."""
        return JSONResponse(listed(service.settings, words, offset, limit))

    @router.get("/page-image", response_class=Response, responses=MISSING | PICTURE)
    def page(
        doc_id: Annotated[str, Query(max_length=1000)],
        page: Annotated[int, Query(ge=1, le=1_000_000)],
        quote: Annotated[str, Query(min_length=1, max_length=10_000, description="Its words, to mark.")],
    ) -> Response:
        """Return a page of an article that was read from a PDF, as a picture with words marked."""
        found = page_image(service.settings, doc_id, page, quote)
        if found is None:
            raise HTTPException(404, "There is no such page of a PDF with these words on it.")
        return Response(found, media_type="image/png")

    @router.get("/documents/{doc_id:path}", response_model=Document, responses=MISSING)
    def document(doc_id: str) -> Response:
        """Return one article with its whole text."""
        found = read_article(service.settings, doc_id)
        if found is None:
            raise HTTPException(404, "The index holds no article of this id.")
        return JSONResponse(plain(found))


def listed(settings: Settings, words: str, offset: int, limit: int) -> dict[str, Any]:
    """Return a part of the list of articles, as `ArticlesBody`. Raises IndexMismatch."""
    found = find_articles(list_articles(settings), words)
    part = [
        {name: getattr(item, name) for name in ArticleBody.model_fields}
        for item in found[offset : offset + limit]
    ]
    return {"total": len(found), "articles": part}


def _add_changing(router: APIRouter, service: Service) -> None:
    open_to_change = [Depends(partial(_allowed, service))]

    @router.post(
        "/documents",
        status_code=202,
        response_model=JobBody,
        responses=BEGUN,
        dependencies=open_to_change,
    )
    def add(files: Annotated[list[UploadFile], File(min_length=1, max_length=MAX_FILES)]) -> Response:
        """Add articles as files, of any kind that `bpo-kpo ingest` reads; the reply is a job to follow."""
        taken = [Upload(file.filename or "", file.file.read()) for file in files]
        return _begin(
            service, "Adding", lambda settings, embedder, job: add_files(settings, embedder, taken, job)
        )

    @router.delete(
        "/documents/{doc_id:path}",
        response_model=RemovedBody,
        responses=MISSING | BUSY,
        dependencies=open_to_change,
    )
    def remove(doc_id: str) -> Response:
        """Remove an article from the index."""
        if read_article(service.settings, doc_id) is None:
            raise HTTPException(404, "The index holds no article of this id.")
        service.jobs.at_once(lambda settings, embedder: remove_article(settings, embedder, doc_id))
        return JSONResponse({"removed": doc_id})

    @router.post(
        "/ingest",
        status_code=202,
        response_model=JobBody,
        responses=BEGUN,
        dependencies=open_to_change,
    )
    def ingest(request: IngestRequest) -> Response:
        """Bring pages, or folders of the server, into the index; the reply is a job to follow."""
        sources = [_source(source, service.options.allow_paths) for source in request.sources]
        work = partial(_ingested, sources, request.rebuild)
        return _begin(service, "Ingesting", work)


def _add_jobs(router: APIRouter, service: Service) -> None:
    @router.get("/jobs/{job_id}", response_model=JobBody, responses=MISSING)
    async def job(
        job_id: str,
        wait_s: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for its end.")] = 0,
    ) -> Response:
        """Say how far a job is, and what came of it."""
        found = _found(service, job_id)
        end = time.monotonic() + wait_s
        while not (found.done.is_set() or service.stopping) and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(LOOK_S, left))
        return JSONResponse(_job(job_id, found))

    @router.post("/jobs/{job_id}/stop", response_model=JobBody, responses=MISSING)
    async def stop(job_id: str) -> Response:
        """Stop a job at its next step; nothing is changed then."""
        found = _found(service, job_id)
        found.stop()
        return JSONResponse(_job(job_id, found))


def _allowed(service: Service) -> None:
    if service.options.read_only:
        raise HTTPException(403, "This server is read-only: nobody adds or removes articles here.")


def _begin(service: Service, title: str, work: Any) -> Response:
    name = service.jobs.begin(title, work)
    found = service.jobs.find(name)
    assert found is not None
    return JSONResponse(_job(name, found), 202, {"Location": f"/v1/jobs/{name}"})


def _ingested(
    sources: Sequence[str], rebuild: bool, settings: Settings, embedder: Embedder, job: Job
) -> Outcome:
    report = build_index(
        settings, embedder, sources, rebuild=rebuild, reading=job.reading, embedding=job.embedding
    )
    failed = tuple((source, reason) for source, reason in report.failed)
    return Outcome(line=report.summary(), failed=failed, report=report)


def _source(source: str, allowed: Sequence[Path]) -> str:
    """Return an address, or the whole path of what lies below a folder that clients may name. Raises HTTPException."""
    if source.startswith(("http://", "https://")):
        return source
    path = Path(source).resolve()
    if any(path.is_relative_to(folder) for folder in allowed):
        return str(path)
    raise HTTPException(
        403,
        f"{source[:80]!r} may not be read: give the address of a page, or a path below a folder that the server was "
        "started with as --allow-path; send files of your own to /v1/documents.",
    )


def _found(service: Service, job_id: str) -> Job:
    found = service.jobs.find(job_id)
    if found is None:
        raise HTTPException(404, "There is no job of this id, or it was long ago.")
    return found


def _job(name: str, job: Job) -> dict[str, Any]:
    """Return how far a job is, as `JobBody`."""
    ended = job.done.is_set()
    state = "running"
    if ended:
        state = "done" if job.outcome else "stopped" if job.stopping else "failed"
    elif job.stage == "Waiting":
        state = "waiting"
    report = job.outcome.report if job.outcome else None
    body = report.to_dict() if report else None
    if body and job.outcome:
        body["failed"] = [{"source": source, "reason": reason} for source, reason in job.outcome.failed]
    return {
        "job_id": name,
        "title": job.title,
        "state": state,
        "stage": job.outcome.line if job.outcome else job.stage,
        "share": 1.0 if job.outcome else job.share,
        "error": job.error,
        "report": body,
    }
