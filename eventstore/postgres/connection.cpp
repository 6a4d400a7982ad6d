// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/connection.hpp>

#include <eventstore/postgres/sqlstate.hpp>

#include <array>
#include <poll.h>
#include <sstream>

namespace annals::eventstore::postgres {
namespace {

constexpr auto session_settings = R"sql(
    set timezone = 'UTC';
    set search_path = pg_catalog, pg_temp;
    set default_transaction_isolation = 'read committed';
    set client_min_messages = warning;
    set idle_in_transaction_session_timeout = '5s';
    set client_connection_check_interval = '2s';
    set tcp_keepalives_idle = 3;
    set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 2;
)sql";

/// libpq's message as one line, without its guesses, which are the lines that begin with a tab.
auto on_one_line(const std::string& message) -> std::string
{
    std::string line;
    std::istringstream lines(message);
    for (std::string next; std::getline(lines, next);) {
        if (next.empty() || next.starts_with('\t')) continue;
        if (!line.empty()) line += line.ends_with('.') || line.ends_with(':') ? " " : "; ";
        line += next;
    }
    return line;
}

/// libpq's own message would quote the piece of the DSN that it could not read, which may be a password.
void check_readable(const std::string& dsn)
{
    const bool is_name =
        dsn.find('=') == std::string::npos && !dsn.starts_with("postgres://") && !dsn.starts_with("postgresql://");
    if (is_name) return;
    char* problem = nullptr;
    const options_handle options(PQconninfoParse(dsn.c_str(), &problem));
    const text_handle message(problem);
    if (!options)
        throw invalid_request("the DSN cannot be read: write postgresql://user@host:port/database, or key=value pairs");
}

auto connect(const std::string& dsn) -> connection_handle
{
    check_readable(dsn);
    constexpr std::size_t options = 8;
    std::array<const char*, options + 1> names{"client_encoding",          "keepalives_idle",  "keepalives_interval",
                                               "keepalives_count",         "tcp_user_timeout", "connect_timeout",
                                               "fallback_application_name"};
    std::array<const char*, options + 1> values{"UTF8", "3", "2", "2", "10000", "10", "annals"};
    if (!dsn.empty()) {
        names[options - 1] = "dbname";           // the DSN; its own options win over those above
        values[options - 1] = dsn.c_str();
    }
    return connection_handle(PQconnectdbParams(names.data(), values.data(), 1));
}

/// libpq reports a session that the server ended (57P01 …) like any failed statement; the next one would find it gone.
auto is_end_of_session(std::string_view sqlstate) -> bool
{
    return sqlstate.starts_with("08") || sqlstate.starts_with("57P");
}

}  // namespace

statement_error::statement_error(std::string sqlstate, const std::string& message)
    : error(message + " (SQLSTATE " + sqlstate + ")", fault_of(sqlstate) == fault::passing),
      sqlstate_(std::move(sqlstate))
{}

connection::connection(const std::string& dsn, std::function<bool()> gives_up)
    : handle_(connect(dsn)), gives_up_(std::move(gives_up))
{
    if (PQstatus(handle_.get()) != CONNECTION_OK)
        throw unavailable(
            "PostgreSQL at " + server() + " cannot be used: " + on_one_line(PQerrorMessage(handle_.get()))
            + " (is it running, and is the DSN right? --dsn, ANNALS_DSN or PGHOST, PGPORT, PGUSER, PGDATABASE)");
    PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(handle_.get(), 1);
    execute(session_settings);
}

void connection::execute(const std::string& statements) { answer(PQsendQuery(handle_.get(), statements.c_str()) == 1); }

namespace {

/// What libpq wants to see of parameters.
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

/// A session takes the next statement when the last result of this one was taken.
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
    while (poll(&socket, 1, asks_again_ms) == 0)
        if (gives_up_ && gives_up_()) throw unavailable("PostgreSQL at " + server() + " does not answer");
}

auto connection::check(result_handle outcome) -> result
{
    const auto status = PQresultStatus(outcome.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return result(std::move(outcome));
    const auto* code = PQresultErrorField(outcome.get(), PG_DIAG_SQLSTATE);
    if (code == nullptr || PQstatus(handle_.get()) != CONNECTION_OK || is_end_of_session(code)) throw lost();
    std::string message = PQresultErrorField(outcome.get(), PG_DIAG_MESSAGE_PRIMARY);
    if (const auto* hint = PQresultErrorField(outcome.get(), PG_DIAG_MESSAGE_HINT)) message += ". " + std::string(hint);
    throw statement_error(code, message);
}

auto connection::lost() const -> unavailable
{
    return unavailable("the session with PostgreSQL at " + server()
                       + " was lost: " + on_one_line(PQerrorMessage(handle_.get())));
}

auto connection::take_notifications(int but_from) -> bool
{
    if (PQconsumeInput(handle_.get()) == 0) throw lost();
    bool any = false;
    while (const notification_handle one{PQnotifies(handle_.get())}) any = any || one->be_pid != but_from;
    return any;
}

auto connection::wait_for_notification(std::chrono::steady_clock::time_point until, int but_from, wake_up* wake) -> bool
{
    if (take_notifications(but_from)) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<pollfd, 2> sources{{{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0},
                                   {.fd = wake ? wake->descriptor() : -1, .events = POLLIN, .revents = 0}}};
    if (left.count() <= 0 || poll(sources.data(), sources.size(), static_cast<int>(left.count())) <= 0) return false;
    if (sources[1].revents != 0) wake->clear();
    return take_notifications(but_from);
}

auto connection::server() const -> std::string
{
    const auto* host = PQhost(handle_.get());
    const auto* port = PQport(handle_.get());
    return (host && *host ? host : "localhost") + std::string(":") + (port && *port ? port : "5432");
}

}  // namespace annals::eventstore::postgres
