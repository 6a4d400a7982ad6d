// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/stream_turn.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <string_view>

namespace annals::commands {
namespace {

constexpr std::chrono::seconds wait_max{2};

/// Whether this thread is handling a command already. A command inside it must not wait for a turn that this thread
/// has, or that a thread waiting for this one has.
thread_local bool handles_one = false;

}  // namespace

/// A command in the line for one stream.
struct stream_turn::place {
    place(const eventstore::store&, const eventstore::stream_id&);
    ~place();
    place(const place&) = delete;
    auto operator=(const place&) -> place& = delete;

    auto is_for_the_same(const place& other) const -> bool { return &store == &other.store && stream == other.stream; }

    const eventstore::store& store;
    const eventstore::stream_id& stream;
    line& in;                                ///< of all streams with one hash
    place* next = nullptr;                   ///< after it in the line
    bool has_come = false;
    std::condition_variable come;
};

/// The waiting commands: the first of each stream has its turn, the others wait.
struct stream_turn::line {
    std::mutex mutex;
    place* first = nullptr;

    static auto of(const eventstore::stream_id& stream) -> line&
    {
        static std::array<line, 64> all;
        const std::hash<std::string_view> hash;
        return all[(hash(stream.key) ^ hash(stream.category)) % all.size()];
    }

    /// Whether no command before it is in line for its stream.
    auto add(place& last) -> bool
    {
        bool is_first = true;
        auto** end = &first;
        for (; *end; end = &(*end)->next) is_first = is_first && !(*end)->is_for_the_same(last);
        *end = &last;
        return is_first;
    }

    /// Gives its turn to the next one.
    void remove(place& one)
    {
        auto** at = &first;
        while (*at != &one) at = &(*at)->next;
        *at = one.next;
        if (!one.has_come) return;
        for (auto* next = one.next; next; next = next->next)
            if (next->is_for_the_same(one)) {
                next->has_come = true;
                next->come.notify_one();
                return;
            }
    }
};

/// Waits for the turn. A command that waited too long continues without one, and stays in line, so that no other must
/// be told.
stream_turn::place::place(const eventstore::store& its_store, const eventstore::stream_id& its_stream)
    : store(its_store), stream(its_stream), in(line::of(its_stream))
{
    std::unique_lock lock(in.mutex);
    has_come = in.add(*this);
    come.wait_for(lock, wait_max, [&] { return has_come; });
}

stream_turn::place::~place()
{
    const std::scoped_lock lock(in.mutex);
    in.remove(*this);
}

stream_turn::stream_turn(const eventstore::store& store, std::vector<const eventstore::stream_id*> streams)
{
    if (handles_one) return;
    const auto name = [](const auto* stream) -> const auto& { return *stream; };
    std::ranges::sort(streams, {}, name);
    const auto repeated = std::ranges::unique(streams, {}, name);
    streams.erase(repeated.begin(), repeated.end());
    for (const auto* const stream : streams) places_.emplace_back(store, *stream);
    handles_one = !places_.empty();
}

stream_turn::~stream_turn()
{
    if (!places_.empty()) handles_one = false;
}

}  // namespace annals::commands
