"""The process that runs the user's model. `python -m cog.worker` is started by the server, never
by hand.

It talks with the server over an inherited socket, one JSON object a line (cog.worker.channel). To
the worker:

    {"type": "predict", "id": ID, "input": {…}, "context": {…}, "folder": DIR}
                                                DIR, made when needed, is for the inputs' files
    {"type": "cancel", "id": ID}
    {"type": "healthcheck"}                     answered before there is another

and from it:

    {"type": "setup", "error": TEXT or null, "version": {"python": …, "python_sdk": …},
     "concurrency": N, "healthcheck": BOOL}     once; after an error the worker ends
    {"type": "log", "id": ID or null, "source": "stdout" | "stderr", "text": TEXT}
    {"type": "output", "id": ID, "value": JSON} the whole output
    {"type": "list", "id": ID}                  the outputs come one by one
    {"type": "chunk", "id": ID, "value": JSON}  one more item of that list
    {"type": "metric", "id": ID, "name": NAME, "value": JSON,
     "mode": "replace" | "increment" | "append"}
    {"type": "completed", "id": ID, "status": "succeeded" | "failed" | "canceled",
     "error": TEXT or null, "metrics": {"predict_time": SECONDS}}
    {"type": "health", "error": TEXT or null}

A message of more than INLINE_BYTES is written to a file, and {"file": PATH} sent in its place; who
reads the file removes it. So no message holds up those of other predictions, and one socket does
for all: a slot is a count of the server's, that no failure of a connection can lose.

Python's sys.stdout and sys.stderr send their lines as messages, each with the prediction whose code
printed it (a context variable: tasks and asyncio.to_thread have it). All else that is printed, by C
code, by child processes, on the way to a crash, comes through pipes that are the worker's
descriptors 1 and 2. Each way keeps its order; what comes through a pipe may be read before a
message that was sent just before it, never after one that was sent later. What cannot be said to be
of one prediction, because several run, goes to the server's own output alone.

When the socket is closed the worker ends.
"""
