"""The process that runs the user's model. `python -m cog.worker` is started by the server, never
by hand.

It talks with the server over an inherited socket, one JSON object a line (cog.worker.channel). To
the worker:

    {"type": "predict", "id": ID, "input": {…}, "folder": DIR}   DIR: for the files of the inputs
    {"type": "cancel", "id": ID}

and from it:

    {"type": "setup", "error": TEXT or null, "version": {"python": …, "python_sdk": …}}
                                                once; after an error the worker ends
    {"type": "output", "id": ID, "value": JSON}           [] first, when the outputs come one by one
    {"type": "chunk", "id": ID, "value": JSON}            one more item of that list
    {"type": "completed", "id": ID, "status": "succeeded" | "failed" | "canceled",
     "error": TEXT or null, "metrics": {"predict_time": SECONDS}}

Logs are not messages: the worker's stdout and stderr are pipes that the server reads, so that
nothing printed by C code, by a child process or on the way to a crash is lost. They are flushed
before each message above. When the socket is closed the worker ends.
"""
