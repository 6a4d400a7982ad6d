// SPDX-License-Identifier: Apache-2.0
#include <tests/kafka/published.hpp>

#include <annals/kafka/topic.hpp>
#include <annals/libpq/connection.hpp>

#include <stdexcept>
#include <thread>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::kafka;

namespace annals::tests {
namespace {

auto first_occurrences(const settings& settings, const log_id& log) -> std::vector<record>
{
    std::vector<record> first;
    std::int64_t last = 0;
    for (auto& record : read_partition(settings, topic_of(settings, log.category), log.partition)) {
        const auto read = from_record(record, log.partition);
        if (!read || read->event.position.number <= last) continue;
        last = read->event.position.number;
        first.push_back(std::move(record));
    }
    return first;
}

auto whole_log(store& store, const log_id& log) -> std::vector<recorded_event>
{
    std::vector<recorded_event> events;
    while (true) {
        const auto after = events.empty() ? log_position{} : events.back().position;
        const auto page = store.read_log(log, after);
        if (page.empty()) return events;
        events.insert(events.end(), page.begin(), page.end());
    }
}

auto difference_in(store& store, const settings& settings, const log_id& log) -> std::string
{
    const auto events = whole_log(store, log);
    const auto records = first_occurrences(settings, log);
    for (std::size_t i = 0; i < std::min(events.size(), records.size()); ++i) {
        const auto published = from_record(records[i], log.partition);
        if (to_record(events[i], published->from) != records[i])
            return to_string(log) + " differs at position " + std::to_string(events[i].position.number);
    }
    if (events.size() == records.size()) return {};
    return to_string(log) + ": " + std::to_string(records.size()) + " published of " + std::to_string(events.size());
}

}  // namespace

auto published_positions(const settings& settings, const log_id& log) -> std::vector<std::int64_t>
{
    std::vector<std::int64_t> positions;
    for (const auto& record : read_partition(settings, topic_of(settings, log.category), log.partition))
        positions.push_back(from_record(record, log.partition).value().event.position.number);
    return positions;
}

auto difference(store& store, const settings& settings, const std::string& category) -> std::string
{
    const auto found = store.find_category(category).value();
    if (partitions_of(settings, topic_of(settings, category)) != found.partitions) return "no topic";
    for (int partition = 0; partition < found.partitions; ++partition)
        if (auto difference = difference_in(store, settings, {category, partition}); !difference.empty())
            return difference;
    return {};
}

auto difference_after(std::chrono::seconds patience, store& store, const settings& settings,
                      const std::string& category) -> std::string
{
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        std::string found;
        try {
            found = difference(store, settings, category);
        } catch (const std::runtime_error& too_new) {        // brokers learn of a new topic one after the other
            found = too_new.what();
        }
        if (found.empty() || std::chrono::steady_clock::now() > until) return found;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

auto shares_of_publishers(const std::string& dsn) -> std::vector<std::int64_t>
{
    libpq::connection session(dsn);
    const auto counted =
        session.query("select count(*) from annals.lease_holders() where work = 'publication' group by pid order by 1");
    std::vector<std::int64_t> shares;
    for (int row = 0; row < counted.size(); ++row) shares.push_back(counted.get<std::int64_t>(row, 0));
    return shares;
}

void append_events(store& store, const std::string& category, int count)
{
    static int number = 0;
    for (int i = 0; i < count; ++i) {
        new_event event{.type = "sample.created", .data = R"({ "number": )" + std::to_string(++number) + "}"};
        event.metadata = R"({"correlation_id":"c-)" + std::to_string(number) + R"(","note":1.50})";
        const stream_id stream{category, "S-" + std::to_string(number % 23)};
        append_request request;
        request.streams.push_back({stream, expected_version::any(), {std::move(event)}});
        store.append(std::move(request)).value();
    }
}

}  // namespace annals::tests
