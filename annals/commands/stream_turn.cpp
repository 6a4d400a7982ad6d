// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/stream_turn.hpp>

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

/// The waiting commands: the first of each stream has its turn, the others wait.
struct stream_turn::line {
    std::mutex mutex;
    stream_turn* first = nullptr;

    static auto of(const eventstore::stream_id& stream) -> line&
    {
        static std::array<line, 64> all;
        const std::hash<std::string_view> hash;
        return all[(hash(stream.key) ^ hash(stream.category)) % all.size()];
    }

    /// Whether no command before it is in line for its stream.
    auto add(stream_turn& last) -> bool
    {
        bool is_first = true;
        auto** end = &first;
        for (; *end; end = &(*end)->next_) is_first = is_first && !(*end)->is_for_the_same(last);
        *end = &last;
        return is_first;
    }

    /// Gives its turn to the next one.
    void remove(stream_turn& one)
    {
        auto** at = &first;
        while (*at != &one) at = &(*at)->next_;
        *at = one.next_;
        if (!one.has_come_) return;
        for (auto* next = one.next_; next; next = next->next_)
            if (next->is_for_the_same(one)) {
                next->has_come_ = true;
                next->come_.notify_one();
                return;
            }
    }
};

stream_turn::stream_turn(const eventstore::store& store, const eventstore::stream_id& stream)
    : store_(store), stream_(stream)
{
    if (handles_one) return;
    handles_one = true;
    line_ = &line::of(stream);
    wait();
}

stream_turn::~stream_turn()
{
    if (!line_) return;
    handles_one = false;
    const std::scoped_lock lock(line_->mutex);
    line_->remove(*this);
}

auto stream_turn::is_for_the_same(const stream_turn& other) const -> bool
{
    return &store_ == &other.store_ && stream_ == other.stream_;
}

/// A command that waited too long continues without a turn, and stays in line, so that no other must be told.
void stream_turn::wait()
{
    std::unique_lock lock(line_->mutex);
    has_come_ = line_->add(*this);
    come_.wait_for(lock, wait_max, [&] { return has_come_; });
}

}  // namespace annals::commands
