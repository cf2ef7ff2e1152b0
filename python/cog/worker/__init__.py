"""The process that runs the user's model. `python -m cog.worker` is started by the server, never
by hand.

It talks with the server over two inherited sockets, one JSON object a line (cog.worker.channel).
The first brings predictions, and is read by the thread that runs them:

    {"type": "predict", "id": ID, "number": N, "input": {…}, "context": {…}}
                                                N is higher than any before

The second brings what cannot wait until that thread is free, and is read by another one:

    {"type": "cancel", "number": N}             may come before that prediction, or after its end
    {"type": "healthcheck"}                     answered before there is another

All that the worker says goes over the first:

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

When the sockets are closed the worker ends.
"""
