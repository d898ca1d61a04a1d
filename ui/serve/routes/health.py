"""Routes for whoever watches the server: /healthz, /readyz, /metrics."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.core.errors import AssistantError
from ui.serve.failures import Described, failures
from ui.serve.routes.shapes import Health
from ui.serve.service import Service

PROMETHEUS = "text/plain; version=0.0.4"
COUNTERS: Described = {
    200: {
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "bpo_kpo_articles 20.0\nbpo_kpo_held 0.0\n",
            }
        }
    }
}
NOT_READY: Described = {
    503: {
        "model": Health,
        "description": "It cannot answer now.",
        "content": {
            "application/json": {
                "example": {"status": "not ready", "detail": "Too many requests are waiting."}
            }
        },
    }
}


def health_routes(service: Service) -> APIRouter:
    """Return the routes for whoever watches the server."""
    router = APIRouter(tags=["health"], responses=failures(400, 401, 408, 413, 422, 429, 502, 503, 504))

    @router.get("/healthz", response_model=Health)
    async def alive() -> Response:
        """Say that the process is there."""
        return JSONResponse({"status": "ok", "detail": None})

    @router.get(
        "/readyz",
        response_model=Health,
        responses=NOT_READY,
    )
    def ready() -> Response:
        """Say whether questions can be answered: the index is there, and not too much is waiting."""
        try:
            service.assistant.index_id  # noqa: B018 - opens the index anew where that was replaced
        except AssistantError as error:
            return JSONResponse({"status": "not ready", "detail": str(error)}, 503)
        if service.workers.full:
            return JSONResponse({"status": "not ready", "detail": "Too many requests are waiting."}, 503)
        return JSONResponse({"status": "ok", "detail": None})

    @router.get(
        "/metrics",
        response_class=Response,
        responses=COUNTERS | failures(400, 408, 422, 502, 503, 504),
    )
    def metrics() -> Response:
        """Return the counters in Prometheus' text format."""
        return Response(service.metrics.text(), media_type=PROMETHEUS)

    return router
