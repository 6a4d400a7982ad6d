# SPDX-License-Identifier: Apache-2.0
# annals as a container: `docker build -t annals .`, then `docker run annals --help`.
FROM debian:12 AS build
COPY . /annals
WORKDIR /annals
RUN ./dev build --preset release

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 librdkafka1 libcurl4 libspdlog1.10 libfmt9 libexpat1 libsimdjson14 libdate-tz3 zlib1g tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system annals
COPY --from=build /annals/build/release/bin/annals /annals/build/release/bin/laboratory /annals/build/release/bin/*.sql /usr/local/bin/
USER annals
ENTRYPOINT []
CMD ["annals", "--help"]
