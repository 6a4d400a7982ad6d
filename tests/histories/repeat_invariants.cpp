// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/append_invariants.hpp>
#include <tests/histories/described.hpp>

#include <algorithm>

namespace annals::histories {

using namespace eventstore;

namespace {

auto same_result(const appended& one, const appended& other) -> bool
{
    return std::ranges::equal(one.streams, other.streams, [](const written& a, const written& b) {
        return a.stream == b.stream && a.first_version == b.first_version && a.last_version == b.last_version
               && a.log == b.log && a.first_position == b.first_position && a.last_position == b.last_position;
    });
}

auto first_event(const append_request& request) -> const new_event*
{
    for (const auto& part : request.streams)
        if (!part.events.empty()) return &part.events.front();
    return nullptr;
}

/// The answers to the calls that are the same append, and how many were marked as the first.
struct answers {
    const append_call* one = nullptr;
    int firsts = 0;
    bool differ = false;

    void add(const append_call& call)
    {
        if (!one) one = &call;
        differ = differ || !same_result(*one->result, *call.result);
        firsts += call.result->duplicate ? 0 : 1;
    }
};

void judge(const std::string& what, const answers& all, findings& found)
{
    if (all.differ) found.push_back(what + " was answered with different results");
    if (all.firsts > 1) found.push_back(what + " was appended " + std::to_string(all.firsts) + " times");
}

/// A conflict of an append with itself: its events were already in their places when it was refused.
auto conflicts_with_itself(const index& all, const append_call& one, const failed_check& failed) -> bool
{
    const auto part = std::ranges::find(one.request.streams, failed.stream, &stream_append::stream);
    if (part == one.request.streams.end() || part->events.empty()) return false;
    for (const auto* place : all.with_id(part->events.front().id)) {
        const auto version = place->event->version.number;
        const auto is_expected_place =
            part->expected.is != expected_version::mode::exists && version == part->expected.version.number + 1;
        if (place->event->stream == failed.stream && version <= failed.actual.number
            && (is_expected_place || one.request.resend))
            return true;
    }
    return false;
}

void judge_keys(const index& all, const std::map<std::string, answers>& by_key, findings& found)
{
    for (const auto& read : all.of().key_reads) {
        const auto first = by_key.find(read.idempotency_key);
        const bool was_answered = first != by_key.end() && first->second.one->when.returned < read.when.invoked;
        if (!read.found && was_answered)
            found.push_back("the key " + read.idempotency_key + " is unknown to " + described(read.when));
        if (read.found && first != by_key.end() && !same_result(*read.found, *first->second.one->result))
            found.push_back("the key " + read.idempotency_key + " leads to another result for " + described(read.when));
    }
}

}  // namespace

auto a3_sent_twice_is_there_once(const index& all) -> findings
{
    findings found;
    std::map<uuid, answers> by_id;
    std::map<std::string, answers> by_key;
    for (const auto& one : all.of().appends) {
        const auto* const first = first_event(one.request);
        if (one.how == ending::answered && !one.result && std::holds_alternative<conflict>(one.result.error()))
            for (const auto& failed : std::get<conflict>(one.result.error()).failed)
                if (conflicts_with_itself(all, one, failed))
                    found.push_back("told to " + described(one.when) + ": a conflict with its own events in "
                                    + to_string(failed.stream));
        if (!is_confirmed(one) || !first) continue;
        if (one.request.idempotency_key) by_key[*one.request.idempotency_key].add(one);
        if (!is_answered_by_key(all, one)) by_id[first->id].add(one);
    }
    for (const auto& log : all.logs())
        for (const auto& one : log)
            if (const auto& places = all.with_id(one.event->id); places.size() > 1 && places.front() == &one)
                found.push_back("in the log " + std::to_string(places.size()) + " times: " + described(*one.event));
    for (const auto& [id, answered] : by_id) judge("the append with id " + eventstore::to_string(id), answered, found);
    for (const auto& [key, answered] : by_key) judge("the append with key " + key, answered, found);
    judge_keys(all, by_key, found);
    return found;
}

}  // namespace annals::histories
