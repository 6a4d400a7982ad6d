// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

/// Orders lead to parcels: each line of an order is packed into the parcel that it names.
namespace shipping {

using namespace annals;

// clang-format off
struct ordered   { std::string parcel; std::int64_t line = 0; std::int64_t remind_after_ms = 0; std::string desk = "desk"; };
struct cancelled {};
struct packed    { std::string order; std::int64_t line = 0; };
struct sealed    {};
struct reminded  { std::string of; };
ANNALS_EVENT(ordered,   "order.ordered",   parcel, line, remind_after_ms, desk)
ANNALS_EVENT(cancelled, "order.cancelled")
ANNALS_EVENT(packed,    "parcel.packed",   order, line)
ANNALS_EVENT(sealed,    "parcel.sealed")
ANNALS_EVENT(reminded,  "parcel.reminded", of)

struct pack   { std::string order; std::int64_t line = 0; };
struct seal   {};
struct remind { std::string of; };
ANNALS_FIELDS(pack, order, line)
ANNALS_FIELDS(seal)
ANNALS_FIELDS(remind, of)
// clang-format on

/// Takes lines until it is sealed.
struct parcel {
    static constexpr auto category = "parcel";
    using event = std::variant<packed, sealed, reminded>;
    using decision = commands::decision<event>;

    auto decide(const pack& command) const -> decision
    {
        if (is_sealed) return commands::refuse("the parcel is sealed", "sealed");
        return packed{command.order, command.line};
    }
    auto decide(const seal&) const -> decision { return sealed{}; }
    auto decide(const remind& command) const -> decision { return reminded{command.of}; }
    void evolve(const packed&) {}
    void evolve(const sealed&) { is_sealed = true; }
    void evolve(const reminded&) {}

    bool is_sealed = false;
};

/// Packs each line; reminds of an order that nothing happens to.
struct packing {
    static constexpr sagas::header header{.process_manager = "packing",
                                          .version = 1,
                                          .categories = "order",
                                          .begins_with = processors::beginning::first_event};
    using event = std::variant<ordered, cancelled>;

    std::int64_t lines = 0;

    void evolve(const ordered&) { ++lines; }
    auto react(const ordered& fact, const eventstore::recorded_event& at) const -> sagas::outgoing
    {
        sagas::outgoing all;
        if (!fact.parcel.empty()) all += sagas::send<parcel>(fact.parcel, pack{at.stream.key, lines});
        if (fact.remind_after_ms != 0)
            all += sagas::send_at<parcel>(at.recorded_at + std::chrono::milliseconds{fact.remind_after_ms}, "reminder",
                                          fact.desk, remind{at.stream.key});
        return all;
    }
    auto react(const cancelled&) const -> sagas::outgoing { return sagas::cancel_deadline("reminder"); }
};
ANNALS_FIELDS(packing, lines)

/// The same, and a line for which a parcel has no place goes into the next parcel.
struct careful_packing {
    static constexpr sagas::header header{.process_manager = "careful_packing",
                                          .version = 1,
                                          .categories = "order",
                                          .begins_with = processors::beginning::first_event};
    using event = std::variant<ordered>;
    using refusals = std::variant<pack>;

    auto react(const ordered& fact, const eventstore::recorded_event& at) const -> sagas::outgoing
    {
        return sagas::send<parcel>(fact.parcel, pack{at.stream.key, fact.line});
    }
    auto react(const sagas::refused<pack>& answer) const -> sagas::outgoing
    {
        if (answer.target.key.size() > 30) return {};
        return sagas::send<parcel>(answer.target.key + "+", answer.command);
    }
};

}  // namespace shipping
