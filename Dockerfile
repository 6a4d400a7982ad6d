# SPDX-License-Identifier: Apache-2.0
# annals as a container: `docker build -t annals .`, then `docker run annals --help`.
FROM debian:12 AS build
COPY . /annals
WORKDIR /annals
RUN ./dev build release

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 librdkafka1 libssl3 libspdlog1.10 libfmt9 libpugixml1v5 zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system annals
COPY --from=build /annals/build/release/bin/annals /annals/build/release/bin/laboratory /usr/local/bin/
USER annals
ENTRYPOINT []
CMD ["annals", "--help"]
