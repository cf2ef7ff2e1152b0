# What somebody who knows uv and Docker well writes: uv from a cached step, a cache, bytecode in parallel, copies
# because the cache is on another disk. For tests/bench-packages.
FROM python:3.13-slim-trixie
RUN --mount=type=cache,id=bench-pip,target=/root/.cache/pip --mount=type=secret,id=ca,target=/run/ca.crt \
    PIP_CERT=/run/ca.crt python -m pip install --root-user-action=ignore uv==0.13.9
COPY requirements.txt /tmp/
RUN --mount=type=cache,id=bench-uv,target=/root/.cache/uv --mount=type=secret,id=ca,target=/run/ca.crt \
    SSL_CERT_FILE=/run/ca.crt UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    uv pip install --system -r /tmp/requirements.txt
COPY predict.py cog.yaml /src/
WORKDIR /src
