// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/reading.hpp>

#include <annals/eventstore/log_pages.hpp>
#include <annals/eventstore/stream_pages.hpp>

#include <utility>

namespace annals::eventstore {
namespace {

/// Fetches pages until one holds an event of these types, or the end has come.
auto of_types(std::optional<type_pattern> wanted, auto pages) -> event_range
{
    if (!wanted) return event_range(std::move(pages));
    return event_range([wanted = *std::move(wanted), pages = std::move(pages)]() mutable {
        while (true) {
            auto page = pages();
            if (page.empty()) return page;
            std::erase_if(page, [&](const recorded_event& event) { return !wanted.matches(event.type); });
            if (!page.empty()) return page;
        }
    });
}

auto token_at(const log_id& log, log_position position) -> token
{
    token at;
    at.include(log, position);
    return at;
}

}  // namespace

auto events_of(store& from, stream_id stream, selection<stream_version> wanted) -> event_range
{
    return of_types(wanted.types, stream_pages(from, std::move(stream), wanted));
}

auto events_of(store& from, log_id log, selection<log_position> wanted) -> event_range
{
    selection<token> by_token{.after = token_at(log, wanted.after),
                              .upto = {},
                              .from_time = wanted.from_time,
                              .upto_time = wanted.upto_time,
                              .types = {},
                              .order = wanted.order,
                              .page = wanted.page};
    if (wanted.upto) by_token.upto = token_at(log, *wanted.upto);
    return of_types(std::move(wanted.types), log_pages(from, std::move(log.category), log.partition, by_token));
}

auto events_of(store& from, std::string_view category, selection<token> wanted) -> event_range
{
    return of_types(wanted.types, log_pages(from, std::string(category), std::nullopt, wanted));
}

}  // namespace annals::eventstore
