# The tracker in a container. Nothing runs as root, and nothing but /data and /tmp is written.
# The lock files pin every package with its hashes; this pins what lies beneath them.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/core.lock requirements/mcp.lock requirements/serve.lock requirements/
RUN python -m venv /opt/tracker \
 && /opt/tracker/bin/pip install --require-hashes --requirement requirements/core.lock \
    --requirement requirements/mcp.lock --requirement requirements/serve.lock
COPY pyproject.toml README.md LICENSE ./
COPY data/registry data/registry
COPY jobs jobs
COPY tracker tracker
RUN /opt/tracker/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
COPY --from=build /opt/tracker /opt/tracker
# whichever number runs it, also one that no user has, may write its data
RUN install --directory --owner=10001 --group=10001 --mode=1777 /data
ENV PATH=/opt/tracker/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HOME=/tmp/huggingface \
    TRACKER_DATA_DIR=/data
WORKDIR /data
USER 10001:10001
VOLUME /data
# the first night is there an hour after its time, 10:00 UTC, at the latest
HEALTHCHECK --interval=5m --timeout=60s --start-period=12h --retries=3 CMD ["tracker", "status", "--check"]
CMD ["python", "-m", "jobs", "start"]
