// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/input.hpp>
#include <annals/sagas/advance/instance.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::sagas {

/// A fact of a saga's stream, and when it was decided.
struct dated_fact {
    saga_fact fact;
    eventstore::timestamp at;
};

/// What others have left for a saga: a start, a signal, an operator's request, an answer from outside.
struct arrived_input {
    std::int64_t number = 0;                       ///< in the order of arrival
    std::string saga_id;
    input what;
};

/// What became of one saga.
struct saga_change {
    std::string saga_id;
    const plan* of = nullptr;
    std::int64_t version_before = 0;               ///< of its stream
    std::vector<dated_fact> facts;                 ///< may be empty: then only `due` is noted
    const instance* after = nullptr;
    std::optional<eventstore::timestamp> due;
};

/// An input that is dealt with; with the reason where it was refused.
struct taken_input {
    std::int64_t number = 0;
    std::string saga_id;
    std::optional<undo> undone;  ///< it was this
    std::optional<std::string> refusal;
};

/// Where the sagas of one type are kept, those that this process owns. For one thread. Any exception from it means that
/// what was under way may have happened or not, and that other processes may own the sagas now.
class saga_storage {
public:
    virtual ~saga_storage() = default;

    /// Whether this process owns a saga, as far as it knows.
    virtual auto owns(const std::string& saga_id) const -> bool = 0;
    /// Another version of the definition, which a newer program has brought; null when there is none.
    virtual auto find_version(int) -> std::shared_ptr<const plan> { return nullptr; }
    /// Inputs that are not taken yet, the oldest first: at most so many starts, and so many of all others. Those for a
    /// saga that is not started yet come after its start.
    virtual auto arrived(std::size_t starts_max, std::size_t others_max) -> std::vector<arrived_input> = 0;
    /// Sagas whose `due` has come, the earliest first.
    virtual auto due(eventstore::timestamp now, std::size_t max) -> std::vector<std::string> = 0;
    /// Sagas with attempts that are not answered, and how many sagas there are. Those that are over do not count.
    virtual auto unanswered() -> std::vector<std::string> = 0;
    virtual auto active() -> std::size_t = 0;
    /// The facts of each of these sagas, in order; none for one that does not exist.
    virtual auto load(std::span<const std::string> ids) -> std::vector<std::vector<dated_fact>> = 0;
    /// All of it together, durably, or nothing. Throws when another process owns one of the sagas, also where there are
    /// no facts.
    virtual void commit(std::span<const saga_change>, std::span<const taken_input>) = 0;
};

}  // namespace annals::sagas
