// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/parallel_writers.hpp>

#include <annals/eventstore/partition.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace annals::cli::imports {
namespace {

auto size_of(const eventstore::new_event& event) -> std::size_t { return event.data.size() + event.metadata.size(); }

}  // namespace

parallel_writers::parallel_writers(eventstore::store& store)
{
    for (int i = 0; i < writers; ++i) writers_.push_back(std::make_unique<writer>(store));
}

parallel_writers::~parallel_writers()
{
    for (const auto& each : writers_)
        if (each->under_way.valid()) each->under_way.wait();
}

void parallel_writers::add(file_row added)
{
    auto& chosen = *writers_[static_cast<std::size_t>(eventstore::partition_of(added.stream.key, writers))];
    const auto bytes = size_of(added.event);
    if (chosen.filling.size() == batch_events_max || chosen.bytes + bytes > batch_bytes_max) send(chosen);
    chosen.bytes += bytes;
    chosen.filling.push_back(std::move(added));
}

void parallel_writers::finish()
{
    for (auto& each : writers_) send(*each);
    for (auto& each : writers_) settle(*each);
}

void parallel_writers::send(writer& of)
{
    settle(of);
    if (of.filling.empty()) return;
    of.bytes = 0;
    of.under_way = std::async(std::launch::async, [&of, rows = std::exchange(of.filling, {})]() mutable {
        return of.work.take(std::move(rows));
    });
}

/// Waits for the batch in progress.
void parallel_writers::settle(writer& of)
{
    if (!of.under_way.valid()) return;
    auto of_batch = of.under_way.get();
    outcome_.stored += of_batch.stored;
    outcome_.already_there += of_batch.already_there;
    outcome_.out_of_time_order += of_batch.out_of_time_order;
    outcome_.changed += of_batch.changed;
    std::ranges::move(of_batch.refused, std::back_inserter(outcome_.refused));
}

auto parallel_writers::streams() const -> std::uint64_t
{
    std::uint64_t all = 0;
    for (const auto& each : writers_) all += each->work.streams();
    return all;
}

}  // namespace annals::cli::imports
