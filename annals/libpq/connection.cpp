// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>

#include <annals/libpq/dsn.hpp>
#include <annals/libpq/outages.hpp>
#include <annals/libpq/sqlstate.hpp>

#include <array>
#include <poll.h>

namespace annals::libpq {

using namespace eventstore;

statement_error::statement_error(std::string sqlstate, const std::string& message)
    : error(message + " (SQLSTATE " + sqlstate + ")", fault_of(sqlstate) == fault::passing),
      sqlstate_(std::move(sqlstate))
{}

void connection::execute(const std::string& statements) { answer(PQsendQuery(handle_.get(), statements.c_str()) == 1); }

namespace {

/// Parameters in the form that libpq takes.
struct raw_parameters {
    explicit raw_parameters(const parameters& from)
    {
        for (const auto& value : from.values()) {
            values.push_back(value ? value->data() : nullptr);
            lengths.push_back(value ? static_cast<int>(value->size()) : 0);
        }
        formats.assign(values.size(), binary);
    }

    static constexpr int binary = 1;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
};

}  // namespace

auto connection::query(const std::string& statement, const parameters& given) -> result
{
    const raw_parameters raw(given);
    return answer(PQsendQueryParams(handle_.get(), statement.c_str(), static_cast<int>(raw.values.size()),
                                    given.types().data(), raw.values.data(), raw.lengths.data(), raw.formats.data(),
                                    raw_parameters::binary)
                  == 1);
}

void connection::prepare(const std::string& name, const std::string& statement, const parameters& types)
{
    answer(PQsendPrepare(handle_.get(), name.c_str(), statement.c_str(), static_cast<int>(types.types().size()),
                         types.types().data())
           == 1);
}

auto connection::query_prepared(const std::string& name, const parameters& given) -> result
{
    const raw_parameters raw(given);
    return answer(PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(raw.values.size()),
                                      raw.values.data(), raw.lengths.data(), raw.formats.data(), raw_parameters::binary)
                  == 1);
}

auto connection::answer(bool is_sent) -> result
{
    if (!is_sent) throw lost();
    auto* const server = handle_.get();
    int unsent = PQflush(server);
    for (; unsent > 0; unsent = PQflush(server)) {
        wait_for_server(POLLIN | POLLOUT);
        if (PQconsumeInput(server) == 0) throw lost();
    }
    if (unsent < 0) throw lost();
    return check(last_result());
}

/// A session takes the next statement only after the last result of this one was taken.
auto connection::last_result() -> result_handle
{
    result_handle last;
    while (true) {
        while (PQisBusy(handle_.get()) != 0) {
            wait_for_server(POLLIN);
            if (PQconsumeInput(handle_.get()) == 0) throw lost();
        }
        result_handle next(PQgetResult(handle_.get()));
        if (!next) return last;
        last = std::move(next);
    }
}

void connection::wait_for_server(short events)
{
    constexpr int asks_again_ms = 100;
    pollfd socket{.fd = PQsocket(handle_.get()), .events = events, .revents = 0};
    while (poll(&socket, 1, asks_again_ms) == 0) {
        if (!is_late()) continue;
        outages::of_this_process().session_lost(server_, part_, "it does not answer");
        throw no_answer();
    }
}

/// Whether the time is over. Throws `unavailable` when the caller gives up before that.
auto connection::is_late() const -> bool
{
    if (gives_up_ && gives_up_()) throw unavailable("PostgreSQL at " + server_ + " does not answer");
    return std::chrono::steady_clock::now() >= until_;
}

auto connection::no_answer() const -> server_away
{
    return server_away("PostgreSQL at " + server_
                       + " has not answered in time: it hangs, or needs longer than the caller's patience");
}

auto connection::check(result_handle outcome) -> result
{
    const auto status = PQresultStatus(outcome.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return result(std::move(outcome));
    const auto* code = PQresultErrorField(outcome.get(), PG_DIAG_SQLSTATE);
    if (code == nullptr || PQstatus(handle_.get()) != CONNECTION_OK || ends_session(code)) throw lost();
    std::string message = PQresultErrorField(outcome.get(), PG_DIAG_MESSAGE_PRIMARY);
    if (const auto* hint = PQresultErrorField(outcome.get(), PG_DIAG_MESSAGE_HINT)) message += ". " + std::string(hint);
    throw statement_error(code, message);
}

auto connection::lost() const -> server_away
{
    const auto why = shown_message(handle_.get());
    outages::of_this_process().session_lost(server_, part_, why);
    return server_away("the session with PostgreSQL at " + server_ + " was lost: " + why);
}

auto connection::take_notifications(int but_from) -> bool
{
    if (PQconsumeInput(handle_.get()) == 0) throw lost();
    bool any = false;
    while (const notification_handle one{PQnotifies(handle_.get())}) any = any || one->be_pid != but_from;
    return any;
}

auto connection::wait_for_notification(std::chrono::steady_clock::time_point until, int but_from, event_fd* wake)
    -> bool
{
    if (take_notifications(but_from)) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<pollfd, 2> sources{{{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0},
                                   {.fd = wake ? wake->descriptor() : -1, .events = POLLIN, .revents = 0}}};
    if (left.count() <= 0 || poll(sources.data(), sources.size(), static_cast<int>(left.count())) <= 0) return false;
    if (sources[1].revents != 0) wake->clear();
    return take_notifications(but_from);
}

}  // namespace annals::libpq
