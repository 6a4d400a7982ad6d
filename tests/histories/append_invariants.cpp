// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/append_invariants.hpp>

#include <tests/histories/described.hpp>

#include <algorithm>
#include <set>

namespace annals::histories {

using namespace eventstore;

namespace {

/// What an idempotency key is used for.
auto same_content(const recorded_event& stored, const new_event& sent) -> bool
{
    return stored.type == sent.type && stored.schema_version == sent.schema_version && stored.data == sent.data;
}

auto same_event(const recorded_event& stored, const new_event& sent) -> bool
{
    return stored.id == sent.id && same_content(stored, sent) && stored.metadata == sent.metadata
           && stored.occurred_at == sent.occurred_at;
}

auto part_of(const append_request& request, const stream_id& stream) -> const stream_append*
{
    const auto found = std::ranges::find(request.streams, stream, &stream_append::stream);
    return found == request.streams.end() ? nullptr : &*found;
}

/// Whether one stream's part is where its caller was told.
auto is_where_told(const index& all, const append_call& one, const written& told) -> bool
{
    const bool is_by_key = is_answered_by_key(all, one);
    const auto* const part = part_of(one.request, told.stream);
    if (is_by_key && !part) return false;
    const auto is_same = is_by_key ? same_content : same_event;
    for (auto version = told.first_version; version <= told.last_version; ++version.number) {
        const auto* const found = all.at(told.stream, version);
        const auto n = version.number - told.first_version.number;
        if (!found || found->event->log() != told.log
            || found->event->position.number != told.first_position.number + n)
            return false;
        if (part
            && (static_cast<std::size_t>(n) >= part->events.size()
                || !is_same(*found->event, part->events[static_cast<std::size_t>(n)])))
            return false;
    }
    return told.last_position.number - told.first_position.number
               == told.last_version.number - told.first_version.number
           && (!part
               || static_cast<std::int64_t>(part->events.size())
                      == told.last_version.number - told.first_version.number + 1);
}

}  // namespace

auto a0_calls_end_as_promised(const index& all) -> findings { return all.of().broken; }

auto a1_what_was_confirmed_is_there(const index& all) -> findings
{
    findings found;
    for (const auto& one : all.of().appends) {
        if (!is_confirmed(one)) continue;
        for (const auto& told : one.result->streams)
            if (!is_where_told(all, one, told))
                found.push_back("confirmed to " + described(one.when) + " and not there as told: "
                                + to_string(told.stream) + " version " + std::to_string(told.first_version.number) + "…"
                                + std::to_string(told.last_version.number));
    }
    return found;
}

auto a2_what_is_there_was_sent(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.logs())
        for (const auto& one : log) {
            const auto explains = [&](const append_call* sent) {
                const auto* const part = is_refused(*sent) ? nullptr : part_of(sent->request, one.event->stream);
                return part && std::ranges::any_of(part->events, [&](const new_event& event) {
                           return same_event(*one.event, event);
                       });
            };
            if (std::ranges::none_of(all.calls_with(one.event->id), explains))
                found.push_back("nobody sent it like this, or it was refused: " + described(*one.event));
        }
    return found;
}

auto a4_versions_have_no_gaps(const index& all) -> findings
{
    findings found;
    for (const auto& [stream, events] : all.streams())
        for (std::size_t i = 0; i < events.size(); ++i)
            if (events[i]->event->version.number != static_cast<std::int64_t>(i + 1))
                found.push_back("not version " + std::to_string(i + 1) + ": " + described(*events[i]->event));
    for (const auto& read : all.of().stream_reads) {
        auto version = read.range.after.number;
        for (const auto& event : read.events)
            if (event.version.number != ++version)
                found.push_back("read by " + described(read.when) + ", not version " + std::to_string(version) + ": "
                                + described(event));
    }
    return found;
}

auto a5_what_was_expected_was_so(const index& all) -> findings
{
    findings found;
    std::map<std::pair<stream_id, std::int64_t>, uuid> first_ids;
    for (const auto& one : all.of().appends) {
        if (!is_confirmed(one) || is_answered_by_key(all, one)) continue;
        for (const auto& told : one.result->streams) {
            const auto* const part = part_of(one.request, told.stream);
            if (!part || part->events.empty()) continue;
            const auto before = told.first_version.number - 1;
            if (!part->expected.allows({before}))
                found.push_back("confirmed to " + described(one.when) + ": " + to_string(told.stream)
                                + " was at version " + std::to_string(before) + ", expected "
                                + to_string(part->expected));
            const auto [other, is_new] = first_ids.try_emplace({told.stream, before}, part->events.front().id);
            if (!is_new && other->second != part->events.front().id)
                found.push_back("two were confirmed after version " + std::to_string(before) + " of "
                                + to_string(told.stream));
        }
    }
    return found;
}

auto a6_conflicts_are_justified(const index& all) -> findings
{
    findings found;
    for (const auto& one : all.of().appends) {
        if (one.how != ending::answered || one.result || !std::holds_alternative<conflict>(one.result.error()))
            continue;
        for (const auto& failed : std::get<conflict>(one.result.error()).failed) {
            const auto* const last = all.at(failed.stream, failed.actual);
            const auto* const next = all.at(failed.stream, {failed.actual.number + 1});
            const bool was_there = failed.actual.number == 0 || (last && last->invoked < one.when.returned);
            const bool was_last = !next || next->known > one.when.invoked;
            if (failed.expected.allows(failed.actual) || !was_there || !was_last)
                found.push_back("told to " + described(one.when) + ": " + to_string(failed.stream) + " is at version "
                                + std::to_string(failed.actual.number) + ", expected " + to_string(failed.expected));
        }
    }
    return found;
}

auto a7_appends_are_whole(const index& all) -> findings
{
    findings found;
    for (const auto& one : all.of().appends) {
        if (is_refused(one)) continue;
        std::size_t sent = 0;
        std::size_t there = 0;
        for (const auto& part : one.request.streams) {
            const logged* before = nullptr;
            for (const auto& event : part.events) {
                ++sent;
                const auto& places = all.with_id(event.id);
                if (places.empty()) continue;
                ++there;
                if (before
                    && (places.front()->event->version.number != before->event->version.number + 1
                        || places.front()->event->position.number != before->event->position.number + 1
                        || places.front()->event->partition != before->event->partition))
                    found.push_back("torn from the event before it: " + described(*places.front()->event));
                before = places.front();
            }
        }
        if (there != 0 && there != sent)
            found.push_back("of the " + std::to_string(sent) + " events of " + described(one.when) + " "
                            + std::to_string(there) + " are there");
    }
    return found;
}

auto a8_the_order_is_that_of_the_clock(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.logs()) {
        const logged* first_returned = nullptr;    // of those after it
        for (std::size_t i = log.size(); i-- > 0;) {
            if (first_returned && first_returned->returned < log[i].invoked)
                found.push_back("sent after " + described(*first_returned->event)
                                + " was confirmed, and before it: " + described(*log[i].event));
            if (!first_returned || log[i].returned < first_returned->returned) first_returned = &log[i];
        }
    }
    return found;
}

}  // namespace annals::histories
