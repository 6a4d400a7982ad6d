// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

constexpr auto category = "faults";
constexpr int keys = 60, awkward_keys = 4;   // of a generation
constexpr int threads = 3;
constexpr auto pause = 12ms;

std::atomic<bool> is_told_to_stop = false;

/// What an appender tries and what it is told, a line each, written before and after. A line is one call of write,
/// so that a process that is killed leaves whole lines, or an end without a newline.
class notes {
public:
    explicit notes(const char* path) : file_(::open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644))
    {
        if (file_ < 0) throw std::runtime_error(std::string(path) + ": " + std::strerror(errno));
        add("");                             // behind what a former process left
    }
    void add(std::string line) const
    {
        line += '\n';
        if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            throw std::runtime_error("the notes cannot be written");
    }

private:
    int file_;
};

/// Appends to random streams of this generation and of earlier ones, as other processes do at the same time.
class appender {
public:
    appender(store& log, const notes& to, std::uint64_t seed, int generation)
        : log_(log), notes_(to), random_(seed), generation_(generation)
    {}

    void run()
    {
        while (!is_told_to_stop) {
            append_one();
            std::this_thread::sleep_for(pause);
        }
    }

private:
    auto below(std::uint64_t end) -> std::uint64_t { return random_() % end; }

    auto any_key() -> std::string
    {
        const auto generation = static_cast<std::uint64_t>(generation_);
        const auto of = std::to_string(below(4) > 0 ? generation : below(generation + 1));
        return below(12) == 0 ? "A" + of + "-" + std::to_string(below(awkward_keys))
                              : "K" + of + "-" + std::to_string(below(keys));
    }

    auto part_for(const std::string& key) -> stream_append
    {
        stream_append part{{category, key}, expected_version::any(), {}};
        if (const auto known = versions_.find(key); known != versions_.end() && below(3) == 0)
            part.expected = expected_version::exactly({known->second});
        for (auto count = 1 + below(below(10) == 0 ? 20 : 4); count > 0; --count) {
            const bool is_awkward = key.front() == 'A' && below(4) == 0;
            part.events.push_back({.type = is_awkward ? "fault.awkward" : "fault.counted",
                                   .data = "{\"amount\": " + std::to_string(1 + below(1000)) + "}"});
        }
        return part;
    }

    auto next_request() -> append_request
    {
        append_request request;
        request.streams.push_back(part_for(any_key()));
        if (below(6) == 0)
            if (const auto other = any_key(); other != request.streams[0].stream.key)
                request.streams.push_back(part_for(other));
        if (below(10) == 0) request.idempotency_key = to_string(request.streams[0].events[0].id);
        return request;
    }

    static auto line_of(const append_request& request) -> std::string
    {
        std::string line = "try ";
        for (const auto& [stream, expected, events] : request.streams) {
            const bool is_exact = expected.is == expected_version::mode::exact;
            line += (line.size() > 4 ? ";" : "") + stream.key + ":"
                    + std::to_string(is_exact ? expected.version.number : -1) + ":";
            for (const auto& event : events) line += to_string(event.id) + ",";
            line.pop_back();
        }
        return line;
    }

    void append_one()
    {
        auto request = next_request();
        const auto name = to_string(request.streams[0].events[0].id);
        notes_.add(line_of(request));
        while (!is_told_to_stop) try {
                return note(name, log_.append(request));
            } catch (const unavailable&) {
                request.resend = true;
                std::this_thread::sleep_for(50ms);
            }
    }

    void note(const std::string& name, const append_result& result)
    {
        if (!result) {
            versions_.clear();
            return notes_.add("no " + name);
        }
        std::string line = "ok " + name + " ";
        for (const auto& part : result->streams) {
            line += std::to_string(part.first_version.number) + ":" + std::to_string(part.first_position.number) + ";";
            versions_[part.stream.key] = part.last_version.number;
        }
        line.pop_back();
        notes_.add(line);
    }

    store& log_;
    const notes& notes_;
    std::mt19937_64 random_;
    int generation_;
    std::map<std::string, std::int64_t> versions_;  // as it believes
};

auto open_patiently(const std::string& dsn) -> std::unique_ptr<store>
{
    while (!is_told_to_stop) try {
            return postgres::open_store({.dsn = dsn, .default_partitions = 4, .patience = 3s});
        } catch (const unavailable&) {
            std::this_thread::sleep_for(100ms);
        }
    return nullptr;
}

}  // namespace

/// fault_appender DSN SEED GENERATION NOTES: appends until SIGTERM, and notes what it tries and what it is told. An
/// append without an answer is sent again, marked so, until it is answered.
int main(int, char** words)
{
    std::signal(SIGTERM, [](int) { is_told_to_stop = true; });
    const auto log = open_patiently(words[1]);
    if (!log) return 0;
    const notes to(words[4]);
    const auto seed = std::stoull(words[2]) + static_cast<std::uint64_t>(::getpid());    // different in each process
    std::vector<std::jthread> all;
    for (int n = 0; n < threads; ++n)
        all.emplace_back(
            [&, n] { appender(*log, to, seed * 31 + static_cast<std::uint64_t>(n), std::stoi(words[3])).run(); });
}
