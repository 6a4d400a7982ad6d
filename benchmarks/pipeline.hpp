// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/publication_ledger.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/processors/feed.hpp>
#include <annals/processors/worker.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace annals::benchmarks {

enum class way { through_kafka, from_the_log };

/// What the projection of a pipeline says at its head.
struct projection_head {
    std::string categories = "sample";
    bool in_one_order = true;                ///< otherwise its logs have no order among them
};

/// What `annals run` does, in this process: a publisher if Kafka is used, and a worker for one SQL projection with a
/// row per sample type. Topics begin with the database's name, so that they hold nothing else.
class pipeline {
public:
    pipeline(eventstore::store&, const std::string& dsn, way, const projection_head& = {});

    /// How many events the read model shows, and nothing else: like a reader's query.
    static constexpr auto rows_seen = "select coalesce(sum(total), 0) from read.counts";

private:
    std::unique_ptr<eventstore::postgres::postgres_publication_ledger> ledger_;
    std::unique_ptr<kafka::publisher> publisher_;
    std::unique_ptr<processors::feed> feed_;
    std::unique_ptr<processors::worker> worker_;
    std::jthread publishing_, working_;
};

}  // namespace annals::benchmarks
