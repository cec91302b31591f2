"""Run by the functions' own Python in an unpacked site package: answers API Gateway events, one line of JSON each, as Lambda would."""

import io
import json
import sys
from contextlib import redirect_stdout

talk = sys.stdout
with redirect_stdout(io.StringIO()):
    import handler  # the package's own, put there by Zappa

    for line in sys.stdin:
        answer = handler.lambda_handler(json.loads(line), None)
        print(json.dumps(answer), file=talk, flush=True)
