// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/stream_pages.hpp>

#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/time_bounds.hpp>

#include <utility>

namespace annals::eventstore {

stream_pages::stream_pages(store& from, stream_id stream, const selection<stream_version>& wanted)
    : store_(&from),
      stream_(std::move(stream)),
      from_time_(wanted.from_time),
      upto_time_(wanted.upto_time),
      rest_{.after = wanted.after,
            .upto = wanted.upto,
            .events_max = wanted.page.events_max,
            .bytes_max = wanted.page.bytes_max,
            .order = wanted.order}
{}

auto stream_pages::operator()() -> std::vector<recorded_event>
{
    if (from_time_ || upto_time_) find_times();
    if (is_at_end_) return {};
    auto page = store_->read(stream_, rest_);
    is_at_end_ = is_last(page);
    if (page.empty()) return page;
    if (rest_.order == direction::forwards) rest_.after = page.back().version;
    else rest_.upto = page.back().version - 1;
    return page;
}

void stream_pages::find_times()
{
    const auto from = std::exchange(from_time_, {}), upto = std::exchange(upto_time_, {});
    auto newest = rest_;
    newest.events_max = 1;
    newest.order = direction::backwards;
    const auto last = store_->read(stream_, newest);
    is_at_end_ = last.empty();
    if (is_at_end_) return;
    const auto found =
        within_times({rest_.after.number, last.front().version.number}, from, upto, [&](std::int64_t version) {
            auto one = rest_;
            one.after.number = version - 1;
            one.events_max = 1;
            one.order = direction::forwards;
            return store_->read(stream_, one).at(0).recorded_at;
        });
    rest_.after.number = found.after;
    rest_.upto = stream_version{found.upto};
    is_at_end_ = found.size() == 0;
}

/// A short page is the last one, unless it was cut for its bytes.
auto stream_pages::is_last(const std::vector<recorded_event>& page) const -> bool
{
    if (page.empty()) return true;
    if (page.size() == rest_.events_max) return false;
    std::size_t bytes = limits::data_bytes + limits::metadata_bytes + 2 * limits::name_bytes;
    for (const auto& event : page) bytes += event.size_bytes();
    return bytes <= rest_.bytes_max;
}

}  // namespace annals::eventstore
