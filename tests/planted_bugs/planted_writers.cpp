// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/planted_writers.hpp>

#include <algorithm>
#include <random>

namespace annals::planted_bugs {

using namespace eventstore;

namespace {

auto one_in(unsigned choices) -> bool
{
    thread_local std::mt19937 random(std::random_device{}());
    return random() % choices == 0;
}

}  // namespace

void blind_repeater::append(append_request request, on_appended done)
{
    if (one_in(4)) (void)behind().append(append_request(request));
    behind().append(std::move(request), std::move(done));
}

void late_backend::append(append_request request, on_appended done)
{
    if (one_in(4)) {
        const std::scoped_lock lock(mutex_);
        late_.emplace_back([this, first = request] {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            behind().append(first, [](const append_outcome&) {});
        });
        request.resend = true;
    }
    behind().append(std::move(request), std::move(done));
}

void hasty_cache::append(append_request request, on_appended done)
{
    if (auto failed = conflicts_of(request); !failed.empty())
        return done(append_result(std::unexpected(conflict{std::move(failed)})));
    behind().append(std::move(request), std::move(done));
}

auto hasty_cache::conflicts_of(const append_request& request) -> std::vector<failed_check>
{
    std::vector<failed_check> failed;
    for (const auto& part : request.streams) {
        const auto events = behind().read(part.stream, {});
        const std::scoped_lock lock(mutex_);
        auto& version = versions_[part.stream];
        version = std::max(version, events.empty() ? 0 : events.back().version.number);
        const bool names_version = part.expected.is == expected_version::mode::exact;
        if (names_version && !request.resend && !part.expected.allows({version}))
            failed.push_back({part.stream, part.expected, {version}});
        version += static_cast<std::int64_t>(part.events.size());
    }
    return failed;
}

}  // namespace annals::planted_bugs
