// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/command_streams.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/origin.hpp>

#include <algorithm>
#include <exception>
#include <ranges>
#include <utility>

namespace annals::commands {

using namespace eventstore;

struct command_streams::part {
    part(store& its_store, const stream_id& of, const aggregate_type& its_type, const handle_options& options)
        : stream(of), type(its_type), loader(its_store, stream, type, options.cache, options.snapshots)
    {}

    const stream_id stream;
    const aggregate_type& type;
    state_loader loader;
    versioned_state at;                      ///< as the log has it
    versioned_state next;                    ///< with this attempt's events
    std::vector<new_event> events;           ///< of this attempt
    bool is_used = false;                    ///< in this attempt
    bool has_command = false;
    /// It is only claimed, and for ever: taken to be new until the append says that it is not.
    bool is_presumed_new = false;
    refusal otherwise;                       ///< of the last claim of it

    void begin_attempt()
    {
        next = at;
        events.clear();
        is_used = has_command;
    }

    auto is_free() const -> bool { return next.version.number == 0 || (type.is_free && type.is_free(*next.value)); }

    /// Brings the state to the end of the stream. Returns whether it was there.
    auto was_newest() -> bool
    {
        const auto last = at.last_event;
        loader.read_on(at);
        return at.last_event == last;
    }
    auto is_newest() -> bool { return loader.is_verified() || was_newest(); }
};

command_streams::command_streams(store& events, std::span<const command_for> commands, const metadata& origin,
                                 const handle_options& options)
    : store_(events), commands_(commands), origin_(origin), options_(options)
{
    for (const auto& one : commands) {
        const auto& type = one.command->type();
        if (const auto* const there = find(one.stream)) {
            if (&there->type != &type)
                throw invalid_request("two commands see " + to_string(one.stream) + " as different aggregates, "
                                      + there->type.name + " and " + type.name + ": name it once");
            continue;
        }
        auto& made = parts_.emplace_back(store_, one.stream, type, options_);
        made.has_command = true;
        made.at = made.loader.begin();
    }
}

command_streams::~command_streams() = default;

auto command_streams::find(const stream_id& stream) -> part*
{
    const auto found = std::ranges::find(parts_, stream, &part::stream);
    return found == parts_.end() ? nullptr : &*found;
}

auto command_streams::decide(const context& at) -> std::optional<refusal>
{
    do {
        metadata_.clear();
        refused_.reset();
        for (auto& one : parts_) one.begin_attempt();
    } while (!decide_all(at));
    return refused_;
}

/// False when a state on which something was refused, or found done, was not the newest. It is now, and all is to be
/// decided again.
auto command_streams::decide_all(const context& at) -> bool
{
    for (const auto& one : commands_) {
        auto& own = *find(one.stream);
        auto decision = one.command->decide(*own.next.value, at);
        if (decision.refused) {
            if (!own.is_newest()) return false;
            refuse_with(*std::move(decision.refused), own);
            return true;
        }
        add(own, std::move(decision.events), at);
        for (const auto& claim : decision.claims) {
            if (!take(own, claim, at)) return false;
            if (refused_) return true;
        }
    }
    const auto is_newest = [](part& one) { return !one.is_used || one.is_newest(); };
    return writes() || std::ranges::all_of(parts_, is_newest);
}

/// Takes or gives back what a decision claims. False as above.
auto command_streams::take(part& own, const claim& wanted, const context& at) -> bool
{
    auto& claimed = part_of(wanted);
    claimed.is_used = true;
    const bool takes = wanted.otherwise.has_value();
    if (takes) claimed.otherwise = *wanted.otherwise;
    if (claimed.is_free() == takes) {
        add(claimed, {wanted.event}, at);
        if (claimed.is_free() == takes)
            throw invalid_request("nothing is recorded: " + to_string(claimed.stream)
                                  + (takes ? " is still" : " is not") + " free after " + wanted.event.type
                                  + ", by what " + claimed.type.name + "::is_free() says");
        return true;
    }
    if (!claimed.is_newest()) return false;
    if (!takes) return true;
    // Read after the claim: if it is as it was before, both were so at one moment.
    if (!own.was_newest()) {
        claimed.loader.doubt();
        return false;
    }
    refuse_with(*wanted.otherwise, own);
    return true;
}

auto command_streams::part_of(const claim& wanted) -> part&
{
    if (auto* const there = find(wanted.stream)) {
        if (&there->type != wanted.type)
            throw invalid_request("a command is for " + to_string(wanted.stream) + " as " + there->type.name
                                  + ", and a decision claims it as " + wanted.type->name
                                  + ": use one aggregate for it");
        return *there;
    }
    auto& made = parts_.emplace_back(store_, wanted.stream, *wanted.type, options_);
    made.is_presumed_new = !wanted.type->is_free;
    made.at = made.is_presumed_new ? made.loader.first() : made.loader.begin();
    made.begin_attempt();
    return made;
}

/// Folds the events too, so that a fact that cannot be folded fails now and not in the next command.
void command_streams::add(part& to, std::vector<new_event> events, const context& at)
{
    if (events.empty()) return;
    if (metadata_.empty()) metadata_ = encode_origin(origin_, events.front().id);
    auto next = to.next.value->copy();
    for (auto& event : events) {
        event.metadata = metadata_;
        event.occurred_at = origin_.occurred_at;
        auto recorded = as_recorded(event, to.stream, {++to.next.version.number});
        recorded.recorded_at = at.now;
        recorded.position = {};
        try {
            next->evolve(recorded);
        } catch (const std::exception& problem) {
            throw invalid_request("nothing is recorded: " + event.type + " could not be folded into "
                                  + to_string(to.stream) + " afterwards: " + problem.what());
        }
        to.next.last_event = event.id;
    }
    to.next.value = std::move(next);
    to.events.insert(to.events.end(), std::move_iterator(events.begin()), std::move_iterator(events.end()));
}

void command_streams::refuse_with(refusal why, const part& own)
{
    refused_ = std::move(why);
    if (commands_.size() > 1) refused_->stream = own.stream;
}

auto command_streams::writes() const -> bool
{
    return std::ranges::any_of(parts_, [](const part& one) { return !one.events.empty(); });
}

auto command_streams::request(const key_use& key) const -> append_request
{
    append_request request{
        .streams = {}, .resend = false, .idempotency_key = key.idempotency_key, .used_for = key.used_for};
    for (const auto& one : parts_)
        if (one.is_used) request.streams.push_back({one.stream, expected_version::exactly(one.at.version), one.events});
    return request;
}

auto command_streams::is_own(const appended& before) const -> bool
{
    const auto& first = before.streams.front();
    const auto own = std::ranges::find(parts_, first.stream, &part::stream);
    if (own == parts_.end() || own->events.empty()) return false;
    const auto there =
        store_.read(first.stream, {.after = {first.first_version.number - 1}, .upto = first.first_version});
    return !there.empty() && there.front().id == own->events.front().id;
}

auto command_streams::refused_claim(const conflict& found) const -> std::optional<refusal>
{
    std::optional<refusal> answer;
    for (const auto& check : found.failed) {
        const auto one = std::ranges::find(parts_, check.stream, &part::stream);
        if (one == parts_.end() || one->has_command) return std::nullopt;
        if (one->is_presumed_new && !answer) answer = one->otherwise;
    }
    return answer;
}

void command_streams::read_on(const conflict& found)
{
    for (const auto& check : found.failed) {
        auto* const one = find(check.stream);
        if (!one || one->is_presumed_new) continue;
        one->loader.read_on(one->at);
        one->at.is_behind = true;
    }
}

void command_streams::keep() const noexcept
{
    for (const auto& one : parts_)
        if (!one.is_presumed_new) one.loader.keep(one.at);
}

/// A state that saw events before they were recorded is not the one that the log will give.
void command_streams::keep(const appended& done) noexcept
{
    for (auto& one : parts_) {
        if (one.is_presumed_new) continue;
        const auto where = std::ranges::find(done.streams, one.stream, &written::stream);
        if (one.type.sees_records || one.events.empty() || where == done.streams.end()) {
            one.at.is_behind = one.at.is_behind || !one.events.empty();
            one.loader.keep(one.at);
        } else {
            one.next.position = where->last_position;
            one.next.partition = where->log.partition;
            one.loader.keep(one.next);
        }
    }
}

auto command_streams::result_of(const part& one) const -> accepted_stream
{
    accepted_stream result{.stream = one.stream, .version = one.next.version};
    for (const auto& event : one.events) result.events.push_back(event.id);
    return result;
}

auto command_streams::nothing_done() const -> accepted_together
{
    accepted_together result;
    for (const auto& one : parts_) {
        if (!one.has_command) continue;
        result.streams.push_back(result_of(one));
        if (one.at.version.number > 0) result.token.include({one.stream.category, one.at.partition}, one.at.position);
    }
    return result;
}

auto command_streams::done(const appended& where) const -> accepted_together
{
    accepted_together result{.streams = {}, .token = where.token()};
    for (const auto& one : parts_)
        if (one.has_command) result.streams.push_back(result_of(one));
    return result;
}

}  // namespace annals::commands
