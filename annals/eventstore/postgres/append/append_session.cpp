// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/append_session.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/postgres/append/append_statements.hpp>
#include <annals/eventstore/postgres/append/predicted_call.hpp>
#include <annals/eventstore/postgres/append/remembered_append.hpp>
#include <annals/eventstore/postgres/append/waiting_appends.hpp>
#include <annals/libpq/lock_classes.hpp>

#include <algorithm>
#include <thread>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto unique_violation = "23505";

constexpr std::chrono::milliseconds first_delay{10}, longest_delay{1000};

auto is_alone(const pending_append& one) -> bool
{
    const auto& request = one.what.request;
    return request.streams.size() == 1 && !request.resend && !request.idempotency_key;
}

}  // namespace

struct append_session::session {
    session(const std::string& dsn, int sole_writer_after_calls, std::function<bool()> gives_up)
        : link(dsn, "appends", std::move(gives_up)), heads(sole_writer_after_calls)
    {
        link.query(statements::confirm_when_durable);
        const auto row = link.query(statements::this_backend);
        backend = {row.get<std::int32_t>(0, 0), row.get<timestamp>(0, 1)};
        table = row.get<std::int64_t>(0, 2);
    }

    auto query(const statements::named& statement, const parameters& values) -> result
    {
        if (std::ranges::find(prepared, statement.name) == prepared.end()) {
            link.prepare(statement.name, statement.sql, values);
            prepared.push_back(statement.name);
        }
        return link.query_prepared(statement.name, values);
    }

    connection link;
    std::pair<int, timestamp> backend;
    std::int64_t table = 0;
    head_cache heads;
    std::vector<const char*> prepared;
};

append_session::append_session(std::string dsn, std::optional<std::int32_t> waits_for, listener events,
                               int sole_writer_after_calls)
    : dsn_(std::move(dsn)),
      waits_for_(waits_for),
      listener_(std::move(events)),
      sole_writer_after_calls_(sole_writer_after_calls)
{}

append_session::~append_session() = default;

void append_session::send(std::vector<pending_append> batch)
{
    if (waits_for_) return send_call(std::move(batch));
    contention_.set_aside(batch, std::chrono::steady_clock::now());
    send_call(std::move(batch));
    waiting_appends unanswered;
    for (auto& one : contention_.answer(std::chrono::steady_clock::now())) unanswered.add(std::move(one));
    while (!unanswered.empty()) send_call(unanswered.take_call());
}

void append_session::send_call(std::vector<pending_append> batch)
{
    fail_late(batch, "the append was not sent in time: too many appends were before it");
    for (back_off delays(first_delay, longest_delay); !batch.empty(); std::this_thread::sleep_for(delays.next())) {
        call_until_ = std::ranges::max_element(batch, {}, &pending_append::until)->until;
        std::vector<verdict> verdicts;
        std::string reason;
        std::exception_ptr refusal;  // passed on outside the handlers: from then on the callers own it
        try {
            connect();
            verdicts = call(batch);
        } catch (const unavailable& problem) {
            if (session_ && !lost_backend_) lost_backend_ = session_->backend;  // otherwise it has sent nothing yet
            session_.reset();
            contention_.forget();
            reason = problem.what();
        } catch (const statement_error& problem) {
            if (!problem.retryable()) refusal = std::current_exception();
            reason = problem.what();
        } catch (const std::exception& problem) {  // the callers get any other error; this thread must not end
            session_.reset();
            contention_.forget();
            refusal = std::current_exception();
            reason = problem.what();
        }
        if (refusal) return send_alone(std::move(batch), std::move(refusal));
        if (!verdicts.empty()) return deliver(std::move(batch), std::move(verdicts));
        for (auto& one : batch) one.what.request.resend = true;
        fail_late(batch, "the append was not confirmed in time: " + reason);
    }
}

/// One of them is bad: the others must not fail with it.
void append_session::send_alone(std::vector<pending_append> batch, std::exception_ptr problem)
{
    if (batch.size() == 1) return batch.front().done(problem);
    for (auto& one : batch) {
        std::vector<pending_append> alone;
        alone.push_back(std::move(one));
        send_call(std::move(alone));
    }
}

/// Before anything is sent again, the lost backend is ended, so that its call cannot run after the new one.
void append_session::connect()
{
    const auto gives_up = [this] {
        return std::chrono::steady_clock::now() > std::min(call_until_, listener_.give_up());
    };
    if (!session_) {
        auto opened = std::make_unique<session>(dsn_, sole_writer_after_calls_, gives_up);
        if (waits_for_) opened->link.execute("set lock_timeout = '2s'");
        session_ = std::move(opened);                          // only when it is complete
    }
    if (!lost_backend_) return;
    const auto ended =
        session_->link.query(statements::end_backend, parameters::of(lost_backend_->first, lost_backend_->second));
    if (!ended.empty() && !ended.get<bool>(0, 0)) throw unavailable("the backend of a lost session does not end");
    lost_backend_.reset();
}

auto append_session::call(const std::vector<pending_append>& batch) -> std::vector<verdict>
{
    std::vector<const routed_append*> all;
    for (const auto& one : batch) all.push_back(&one.what);
    if (waits_for_) return call_when_free(all);
    if (auto verdicts = call_as_predicted(all); !verdicts.empty()) return verdicts;
    if (batch.size() == 1 && is_alone(batch.front()))
        if (auto verdicts = call_append_event(all); !verdicts.empty()) return verdicts;
    return call_append_many(all);
}

/// One statement that queries nothing first, since the ends are known. Nothing when they are not known or were wrong.
auto append_session::call_as_predicted(appends all) -> std::vector<verdict>
{
    auto& heads = session_->heads;
    auto planned = predicted_call::plan(all, heads);
    if (!planned || !are_as_cached(planned->logs_without_time())) return {};
    try {
        const auto& statement =
            planned->is_one_event() ? statements::append_predicted_event : statements::append_predicted;
        const auto row = session_->query(statement, planned->parameters_for(session_->table));
        if (row.empty()) return {};
        auto verdicts = std::move(*planned).verdicts();
        heads.add(all, verdicts, row.get<timestamp>(0, 0));
        return verdicts;
    } catch (const statement_error& problem) {
        if (problem.sqlstate() != unique_violation) throw;
        heads.forget(all);
        return {};
    }
}

/// Queries the ends of these logs, and learns when they were last written to.
auto append_session::are_as_cached(const std::vector<std::int32_t>& logs) -> bool
{
    if (logs.empty()) return true;
    auto asked = array::of<std::int32_t>();
    for (const auto log : logs) asked.add(std::int32_t{log});
    const auto ends = session_->link.query(statements::find_ends, parameters::of(std::move(asked)));
    bool are_same = ends.size() == static_cast<int>(logs.size());
    for (int row = 0; row < ends.size(); ++row)
        are_same &= session_->heads.compare(ends.get<std::int32_t>(row, 0),
                                            {ends.get<std::int64_t>(row, 1), ends.get<timestamp>(row, 2)});
    return are_same;
}

/// One statement; the unique indexes decide. Nothing when it cannot decide: a log is locked, or a check failed.
auto append_session::call_append_event(appends alone) -> std::vector<verdict>
{
    try {
        const auto& what = *alone.front();
        const auto& part = what.request.streams.front();
        const auto& statement = part.events.size() == 1 ? statements::append_event : statements::append_events;
        const auto row = session_->query(statement, statements::parameters_of(what));
        if (row.empty()) return {};
        std::vector<verdict> verdicts{statements::appended_by(what, row)};
        session_->heads.add(alone, verdicts, row.get<timestamp>(0, 2));
        return verdicts;
    } catch (const statement_error& problem) {
        if (problem.sqlstate() == unique_violation) return {};
        throw;
    }
}

/// While it waits, it holds no other log.
auto append_session::call_when_free(appends all) -> std::vector<verdict>
{
    auto& link = session_->link;
    link.execute("begin");
    try {
        link.query(statements::wait_for_log, parameters::of(lock_class::append, *waits_for_));
        auto verdicts = call_append_many(all);
        link.execute("commit");
        return verdicts;
    } catch (const statement_error&) {
        link.execute("rollback");
        throw;
    }
}

auto append_session::call_append_many(appends all) -> std::vector<verdict>
{
    const auto row = session_->query(statements::append_all, encode_call(all, patience::does_not_wait));
    auto verdicts = decode_call(all, statements::columns_of(row));
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto* const known = std::get_if<used_key>(&verdicts[i]);
        if (!known) continue;
        const auto& request = all[i]->request;
        const auto rows = session_->link.query(
            remembered::statement,
            remembered::parameters_of(request.streams.front().stream.category, *request.idempotency_key, {}));
        if (const auto before = remembered::decode(rows))
            verdicts[i] = remembered::answer(*request.idempotency_key, before->result, known->is_same_use);
        else throw statement_error("40001", "an idempotency key was purged while it was looked up");
    }
    if (!waits_for_) session_->heads.add(all, verdicts, {});
    return verdicts;
}

void append_session::deliver(std::vector<pending_append> batch, std::vector<verdict> verdicts)
{
    const auto is_new = [](const verdict& one) {
        const auto* result = std::get_if<append_result>(&one);
        return result && *result && !(*result)->duplicate;
    };
    if (std::ranges::any_of(verdicts, is_new)) listener_.committed();
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < batch.size(); ++i)
        if (const auto* result = std::get_if<append_result>(&verdicts[i]))
            contention_.note(batch[i].what, *result, now);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (const auto* locked = std::get_if<log_locked>(&verdicts[i]))
            listener_.log_locked(locked->log, std::move(batch[i]));
        else batch[i].done(std::move(std::get<append_result>(verdicts[i])));
    }
}

void append_session::fail_late(std::vector<pending_append>& batch, std::string_view what_happened)
{
    const auto now = std::chrono::steady_clock::now();
    const auto last = listener_.give_up();
    const auto is_in_time = [&](const pending_append& one) { return now < one.until && now < last; };
    if (std::ranges::all_of(batch, is_in_time)) return;
    const auto late = std::ranges::stable_partition(batch, is_in_time);
    std::vector<pending_append> failed(std::make_move_iterator(late.begin()), std::make_move_iterator(late.end()));
    batch.erase(late.begin(), late.end());
    const auto problem = std::make_exception_ptr(unavailable(std::string(what_happened)));
    for (auto& one : failed) one.done(problem);
}

}  // namespace annals::eventstore::postgres
