"""GET /docs: the page on which a person fills in inputs and sees what comes out.

It is one file, docs.html, that asks nobody but this server; the policy below sees to that.
"""

from pathlib import Path

from starlette.responses import FileResponse, Response

_PAGE = Path(__file__).with_name("docs.html")
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data: blob: https: http:; media-src data: blob: https: http:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page() -> Response:
    """Return the page."""
    return FileResponse(
        _PAGE, media_type="text/html; charset=utf-8", headers={"content-security-policy": _POLICY}
    )
