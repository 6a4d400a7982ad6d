// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/scripted_client.hpp>

#include <algorithm>

namespace annals::histories {

using namespace eventstore;

void scripted_client::take(const step& next)
{
    using deed = step::deed;
    const page_size page{.events_max = static_cast<std::size_t>(2 + 3 * next.other)};
    switch (next.what) {
        case deed::append:
        case deed::append_to_two:
        case deed::append_with_check:
        case deed::append_with_key: return send(request_of(next));
        case deed::append_in_transaction:
        case deed::roll_back:
            last_ = request_of(next);
            last_was_confirmed_ =
                through_
                    .append_in_transaction(number_, *last_, std::chrono::microseconds{700 * next.other},
                                           next.what == deed::append_in_transaction)
                    .has_value();
            return;
        case deed::send_again: return send_again();
        case deed::send_changed: return send_changed(next);
        case deed::read_stream:
            through_.read(number_, stream(next.stream),
                          {.after = {next.other}, .upto = {}, .events_max = page.events_max});
            return;
        case deed::read_log:
            return through_.read_log(number_, next.stream % through_.category().partitions, {next.other}, page);
        case deed::read_heads: return through_.read_heads(number_);
        case deed::find_key: return through_.find_key(number_, "key " + std::to_string(next.other));
    }
}

auto scripted_client::stream(int number) const -> stream_id
{
    return {through_.category().name, "A-" + std::to_string(number)};
}

auto scripted_client::expected(const step& next, int number) -> expected_version
{
    using expectation = step::expectation;
    if (next.expects == expectation::any) return expected_version::any();
    if (next.expects == expectation::no_stream) return expected_version::no_stream();
    if (next.expects == expectation::exists) return expected_version::exists();
    const auto events = through_.read(number_, stream(number), {});
    const auto version = events.empty() ? 0 : events.back().version.number;
    const bool is_stale = next.expects == expectation::something_stale;
    return expected_version::exactly({std::max<std::int64_t>(version - (is_stale ? 1 : 0), 0)});
}

auto scripted_client::part(const step& next, int number, int events) -> stream_append
{
    stream_append one{stream(number), expected(next, number), {}};
    for (int n = 0; n < events; ++n)
        one.events.push_back({.type = "moved", .data = R"({"n":)" + std::to_string(n) + "}"});
    return one;
}

auto scripted_client::request_of(const step& next) -> append_request
{
    using deed = step::deed;
    append_request request{.streams = {part(next, next.stream, next.events)}};
    if (next.what == deed::append_with_key) request.idempotency_key = "key " + std::to_string(next.other);
    if (next.other == next.stream) return request;
    if (next.what == deed::append_to_two) request.streams.push_back(part(next, next.other, 1));
    if (next.what == deed::append_with_check) request.streams.push_back(part(next, next.other, 0));
    return request;
}

void scripted_client::send(append_request request)
{
    last_ = std::move(request);
    const auto answer = through_.append(number_, *last_);
    last_was_confirmed_ = answer && *answer;
}

/// Marks the append as sent again, as a client must that does not know its outcome.
void scripted_client::send_again()
{
    if (!last_) return;
    auto again = *last_;
    again.resend = true;
    send(std::move(again));
}

void scripted_client::send_changed(const step& next)
{
    if (!last_ || !last_was_confirmed_ || last_->idempotency_key) return;
    auto changed = *last_;
    changed.resend = true;
    for (auto& one : changed.streams)
        for (auto& event : one.events) switch (next.other % 3) {
                case 0: event.data = R"({"changed":true})"; break;
                case 1: event.metadata = R"({"changed":true})"; break;
                default: event.occurred_at = timestamp{std::chrono::hours{1}};
            }
    through_.append(number_, std::move(changed));
}

}  // namespace annals::histories
