# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/cognito-emulator && python -m venv /build
WORKDIR /src
# Nothing is resolved here: exact versions with hashes, then the project alone, built with what the lock holds.
COPY locks locks
RUN /opt/cognito-emulator/bin/pip install --require-hashes --no-deps --only-binary :all: --requirement locks/run.txt \
    && /build/bin/pip install --require-hashes --no-deps --only-binary :all: --requirement locks/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY keys keys
COPY storage storage
COPY emulator emulator
COPY cognito_emulator cognito_emulator
RUN /build/bin/pip wheel --no-deps --no-index --no-build-isolation --wheel-dir /wheels . \
    && /opt/cognito-emulator/bin/pip install --no-deps --no-index /wheels/*.whl \
    && /opt/cognito-emulator/bin/python -m compileall -q /opt/cognito-emulator/lib \
    && /opt/cognito-emulator/bin/pip uninstall --yes --quiet pip

FROM python:3.13-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cognito-emulator" \
      org.opencontainers.image.description="Amazon Cognito user pools and identity pools on your own machine" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="python:3.13-slim" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
# Numbers, so that Kubernetes can see that it is not root.
RUN groupadd --gid 10001 cognito \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin cognito \
    && install -d -o 10001 -g 10001 /data
COPY --from=build /opt/cognito-emulator /opt/cognito-emulator
ENV PATH=/opt/cognito-emulator/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COGNITO_EMULATOR_HOST=0.0.0.0 \
    COGNITO_EMULATOR_DATA=/data \
    COGNITO_EMULATOR_URL_FILE=/data/cognito-emulator.url
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 26464 26465
STOPSIGNAL SIGTERM
# It asks where the server said that it listens, whatever --port is.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=5 CMD ["cognito-emulator", "health"]
ENTRYPOINT ["cognito-emulator"]
