# syntax=docker/dockerfile:1
# The digest is the index of all platforms, so that a rebuild gets the same Python and the same Debian.
# `docker buildx imagetools inspect python:3.13-slim` prints the newest; an update bot keeps it new.
FROM python:3.13-slim@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0 AS build
# A virtual environment without pip: what installs stays behind in this stage.
RUN python -m venv --without-pip /opt/venv
COPY requirements.txt .
RUN python -m pip --python /opt/venv/bin/python install \
        --no-cache-dir --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements.txt
COPY app /opt/deploybot/app
RUN /opt/venv/bin/python -m compileall -q /opt/venv/lib /opt/deploybot/app

FROM python:3.13-slim@sha256:8d9d0b8bcf6506481eae4907c18f5e3e7902e629f5f6d684f9e7c32e85e3ddf0
RUN useradd --uid 10001 --no-create-home --home-dir /data deploybot \
    && install -d -o deploybot -g deploybot /data
COPY --from=build /opt /opt
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/deploybot \
    PYTHONUNBUFFERED=1 \
    STORE_URL=sqlite:////data/deploybot.db
USER deploybot
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\") or 8080}/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
