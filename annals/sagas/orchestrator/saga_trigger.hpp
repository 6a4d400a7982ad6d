// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/header.hpp>
#include <annals/processors/processor.hpp>
#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/orchestrator/client.hpp>

#include <memory>
#include <string>

namespace annals::sagas {

/// Starts a saga for each event of one type, once: the saga's id is the event's. The saga's context is the event's
/// data, and where it came from (`triggered_by`).
class saga_trigger final : public processors::processor {
public:
    /// The definition must have a trigger.
    saga_trigger(const definition&, std::shared_ptr<client>);

    /// As a processor's header; its views live as long as this object. It begins at the next event: what happened
    /// before the program knew the saga starts none.
    auto header() const -> processors::header;

    auto id() const -> processors::processor_id override { return {name_, 1}; }
    auto categories() const -> std::vector<std::string> override { return {by_.category}; }
    auto distribution() const -> processors::work_distribution override
    {
        return processors::work_distribution::by_log;
    }
    void apply(pqxx::transaction_base&, std::span<const eventstore::recorded_event>) override;

private:
    std::string name_;
    std::string saga_type_;
    trigger by_;
    std::shared_ptr<client> client_;
};

}  // namespace annals::sagas
