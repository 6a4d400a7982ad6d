// SPDX-License-Identifier: Apache-2.0
#include <cli/import/append_lanes.hpp>

#include <eventstore/partition.hpp>
#include <eventstore/reading.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace annals::cli::imports {
namespace {

using namespace eventstore;

/// How often an append is completed anew when somebody else (a second import of the same file) is always faster.
constexpr int attempts_max = 10;

auto size_of(const new_event& event) -> std::size_t { return event.data.size() + event.metadata.size(); }

auto request(const std::vector<stream_append>& parts) -> append_request
{
    append_request whole;
    whole.streams = parts;
    return whole;
}

auto is_same(const recorded_event& there, const new_event& ours) -> bool
{
    return there.id == ours.id && there.type == ours.type && there.schema_version == ours.schema_version
           && there.data == ours.data;
}

auto describe_difference(const recorded_event& there, const new_event& ours, std::uint64_t line) -> std::string
{
    const auto where = "line " + std::to_string(line) + ": version " + std::to_string(there.version.number) + " of "
                       + to_string(there.stream);
    if (there.id == ours.id)
        return where
               + " was imported before with another type or payload; import a changed file, or the same with "
                 "other columns or --text, into a category of its own";
    return where + " is already a " + there.type + " that this import did not write; import into a category of its own";
}

}  // namespace

append_lanes::~append_lanes()
{
    for (const auto& each : lanes_)
        if (each.outcome.valid()) each.outcome.wait();
}

void append_lanes::add(numbered_event added)
{
    auto& chosen = lanes_[static_cast<std::size_t>(partition_of(added.stream.key, lanes))];
    auto& filling = chosen.filling;
    const auto bytes = size_of(added.event);
    if (filling.events == batch_events_max || filling.bytes + bytes > batch_bytes_max) send(chosen);

    const auto [place, is_new] = filling.part_of_key.try_emplace(added.stream.key, filling.parts.size());
    if (is_new) {
        const stream_version before{added.version.number - 1};
        filling.parts.push_back({std::move(added.stream), expected_version::exactly(before), {}});
        filling.lines.emplace_back();
    }
    filling.parts[place->second].events.push_back(std::move(added.event));
    filling.lines[place->second].push_back(added.line);
    ++filling.events;
    filling.bytes += bytes;
}

void append_lanes::finish()
{
    for (auto& each : lanes_) send(each);
    for (auto& each : lanes_) settle(each);
}

void append_lanes::send(lane& of)
{
    settle(of);
    if (of.filling.events == 0) return;
    of.under_way = std::exchange(of.filling, {});
    std::promise<append_outcome> promise;
    of.outcome = promise.get_future();
    store_.append(request(of.under_way.parts), [promise = std::move(promise)](append_outcome outcome) mutable {
        promise.set_value(std::move(outcome));
    });
}

/// Waits for what is under way, and completes it when it could not be stored as a whole.
void append_lanes::settle(lane& of)
{
    if (!of.outcome.valid()) return;
    const auto result = of.outcome.get().get();
    if (!result) return complete(std::move(of.under_way));
    (result->duplicate ? already_there_ : stored_) += of.under_way.events;
}

void append_lanes::complete(batch wanted)
{
    std::string why;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        wanted = without_stored(std::move(wanted));
        if (wanted.events == 0) return;
        const auto result = store_.append(request(wanted.parts));
        if (result) {
            (result->duplicate ? already_there_ : stored_) += wanted.events;
            return;
        }
        why = to_string(result.error());
    }
    throw mismatch("line " + std::to_string(wanted.lines.front().front()) + ": gave up after "
                   + std::to_string(attempts_max) + " attempts; is the category being written by others? " + why);
}

/// What of a batch the store does not have yet; counts the rest as already there.
auto append_lanes::without_stored(batch wanted) -> batch
{
    batch rest;
    for (std::size_t i = 0; i < wanted.parts.size(); ++i) {
        auto& [stream, expected, events] = wanted.parts[i];
        const auto first = expected.version.number;
        const auto count = static_cast<std::int64_t>(events.size());
        std::vector<eventstore::recorded_event> there;
        std::ranges::move(
            eventstore::events_of(store_, stream, {.after = {first}, .upto = stream_version{first + count}}),
            std::back_inserter(there));
        for (std::size_t k = 0; k < there.size(); ++k)
            if (!is_same(there[k], events[k]))
                throw different_event(describe_difference(there[k], events[k], wanted.lines[i][k]));

        const auto found = static_cast<std::ptrdiff_t>(there.size());
        already_there_ += there.size();
        if (there.size() == events.size()) continue;
        rest.events += events.size() - there.size();
        rest.lines.emplace_back(wanted.lines[i].begin() + found, wanted.lines[i].end());
        rest.parts.push_back(
            {std::move(stream),
             expected_version::exactly({first + found}),
             {std::make_move_iterator(events.begin() + found), std::make_move_iterator(events.end())}});
    }
    return rest;
}

}  // namespace annals::cli::imports
