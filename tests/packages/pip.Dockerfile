# What Cog makes of a project: pip in one step, with a cache and bytecode. For tests/bench-packages.
FROM python:3.13-slim-trixie
COPY requirements.txt /tmp/
RUN --mount=type=cache,id=bench-pip,target=/root/.cache/pip --mount=type=secret,id=ca,target=/run/ca.crt \
    PIP_CERT=/run/ca.crt python -m pip install --root-user-action=ignore -r /tmp/requirements.txt
COPY predict.py cog.yaml /src/
WORKDIR /src
