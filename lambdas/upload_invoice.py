"""POST /v1/invoices/upload: a document that an app has goes the way of the mail."""

from __future__ import annotations

from accounts.claims import Scope
from invoices import limits
from invoices.uploads import UploadError, upload
from lambdas.api.contract import Uploaded, UploadQuery
from lambdas.api.door import ApiRequest, Door
from lambdas.responses import Answer, ApiError, Code

handler = Door()


@handler.opens(
    "POST /v1/invoices/upload",
    scope=Scope.WRITE,
    query=UploadQuery,
    body=bytes,
    media=("application/pdf", "text/html", "message/rfc822", "application/octet-stream"),
    returns={202: (Uploaded,)},
    fails=(422, 429),
)
def take(request: ApiRequest) -> Answer:
    """Upload a PDF, an HTML page or a whole mail; what cannot be read is kept too, as one that needs a look."""
    limits.uploading(request.user_id)
    try:
        kept = upload(request.user_id, filename=request.query.filename, content=request.body)
    except UploadError as error:
        status = 413 if error.code == "too_large" else 422
        raise ApiError(status, Code.INVOICE_PARSE_ERROR, f"The upload is refused: {error.code}.") from error
    return Answer(Uploaded(job_id=kept.job_id, invoice_ids=list(kept.invoice_ids)), "Kept; it is being read.", 202)
