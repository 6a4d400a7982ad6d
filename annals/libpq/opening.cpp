// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/outages.hpp>
#include <annals/libpq/session_settings.hpp>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

namespace annals::libpq {

using namespace eventstore;

namespace {

/// `laboratory listener 4711@host`; the DSN's own name or PGAPPNAME replaces the program's.
auto application_name(const dsn_parameters& given, const std::string& part) -> std::string
{
    const auto own = given.find("application_name");
    const auto* const variable = std::getenv("PGAPPNAME");
    std::string name = own != given.end()    ? own->second
                       : variable != nullptr ? variable
                                             : program_invocation_short_name;
    char host[64] = {};
    ::gethostname(host, sizeof host - 1);
    if (!part.empty()) name += " " + part;
    const std::string whole = host;
    return name + " " + std::to_string(::getpid()) + "@" + whole.substr(0, whole.find('.'));
}

/// A connection that nobody waits for any longer ends soon after `until`. libpq takes two seconds at least.
void limit_connecting(std::string& connect_timeout, std::chrono::steady_clock::time_point until)
{
    const bool is_number = connect_timeout.find_first_not_of("0123456789") == connect_timeout.npos;
    if (until == std::chrono::steady_clock::time_point::max() || !is_number) return;
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - std::chrono::steady_clock::now());
    const auto given = std::atoi(connect_timeout.c_str());   // 0: any time
    if (given == 0 || given > left.count())
        connect_timeout = std::to_string(std::clamp(left.count(), std::int64_t{2}, std::int64_t{86'400}));
}

const std::string direct =
    "annals keeps locks, settings and prepared statements in its sessions. Connect to the server "
    "itself, or let the pooler keep sessions (pool_mode = session)";

auto complete(dsn_parameters all, const std::string& part, std::chrono::steady_clock::time_point until)
    -> dsn_parameters
{
    all["application_name"] = application_name(all, part);
    all["client_encoding"] = "UTF8";
    all.insert({{"connect_timeout", "10"},
                {"keepalives_idle", "3"},
                {"keepalives_interval", "2"},
                {"keepalives_count", "2"},
                {"tcp_user_timeout", "10000"}});
    limit_connecting(all["connect_timeout"], until);
    return all;
}

auto connect(const dsn_parameters& all) -> connection_handle
{
    std::vector<const char*> keywords, values;
    for (const auto& [keyword, value] : all) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return connection_handle(PQconnectdbParams(keywords.data(), values.data(), 0));
}

/// Nothing when `is_late` before there is an outcome. libpq resolves names and goes through several hosts in one call
/// that cannot be interrupted. So a thread makes it, and ends by itself when nobody waits for it any longer.
auto connect_unless(const auto& is_late, dsn_parameters all) -> connection_handle
{
    struct attempt {
        std::mutex mutex;
        std::condition_variable ended;
        std::optional<connection_handle> outcome;
    };
    const auto shared = std::make_shared<attempt>();
    std::thread([shared, all = std::move(all)] {
        auto opened = connect(all);
        const std::scoped_lock lock(shared->mutex);
        shared->outcome = std::move(opened);
        shared->ended.notify_one();
    }).detach();
    constexpr std::chrono::milliseconds asks_again{100};
    std::unique_lock lock(shared->mutex);
    while (!shared->ended.wait_for(lock, asks_again, [&] { return shared->outcome.has_value(); }))
        if (is_late()) return nullptr;
    return *std::move(shared->outcome);
}

void check_encoding(PGconn* session, const std::string& server)
{
    const auto* const encoding = PQparameterStatus(session, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) == "UTF8") return;
    throw mismatch("the database " + std::string(PQdb(session)) + " at " + server + " has the encoding " + encoding
                   + ", and annals needs UTF8: create it with encoding 'UTF8' template template0");
}

}  // namespace

connection::connection(const std::string& dsn, std::string part, std::function<bool()> gives_up, time_point until)
    : connection(dsn, std::move(part), std::move(gives_up), until, unsettled{})
{
    settle(dsn);
    outages::of_this_process().opened(server_, part_);
}

connection::connection(const std::string& dsn, std::string part, std::function<bool()> gives_up, time_point until,
                       unsettled)
    : server_(server_of(parse_dsn(dsn))), part_(std::move(part)), gives_up_(std::move(gives_up)), until_(until)
{
    const auto all = complete(parse_dsn(dsn), part_, until_);
    const bool waits_for_ever = !gives_up_ && until_ == time_point::max();
    handle_ = waits_for_ever ? connect(all) : connect_unless([this] { return is_late(); }, all);
    if (!handle_) {
        outages::of_this_process().open_failed(server_, part_, "it does not answer");
        throw no_answer();
    }
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
        const auto why = shown_message(handle_.get(), parse_dsn(dsn));
        if (why.find("unsupported startup parameter") != why.npos)
            throw mismatch("PostgreSQL at " + server_
                           + " is reached through a pooler, which refuses PGOPTIONS or the "
                             "options of the DSN: "
                           + direct);
        outages::of_this_process().open_failed(server_, part_, why);
        const bool has_answered = why.find("FATAL:") != why.npos;
        throw server_away("PostgreSQL at " + server_ + " cannot be used: " + why
                          + (has_answered ? " (is the DSN right? " : " (is it running, and is the DSN right? ")
                          + "--dsn, --read-dsn, ANNALS_DSN or PGHOST, PGPORT, PGUSER, PGDATABASE)");
    }
    PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(handle_.get(), 1);
    check_encoding(handle_.get(), server_);
}

void connection::settle(const std::string& dsn)
{
    const auto set = [this](std::int32_t pid) {
        return query(settle_session, parameters::of(pid)).get<std::int32_t>(0, 0);
    };
    const auto actual = set(backend_pid());
    if (actual == backend_pid()) return;
    if (is_shared(dsn))
        throw mismatch("PostgreSQL at " + server_
                       + " is reached through a pooler that gives each transaction another "
                         "session: "
                       + direct);
    set(actual);
}

auto connection::session_pid() -> std::int32_t
{
    return query("select pg_catalog.pg_backend_pid()").get<std::int32_t>(0, 0);
}

/// A session of our own stays the same, and nobody else gets it. Through a pooler that gives sessions per
/// transaction, the session is returned after each statement, and the next one that asks gets it.
auto connection::is_shared(const std::string& dsn) -> bool
{
    const auto mine = session_pid();
    try {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{2};
        connection other(dsn, part_, [&] { return std::chrono::steady_clock::now() > until; }, time_point::max(), {});
        constexpr int rounds = 5;
        for (int round = 0; round < rounds; ++round)
            if (other.session_pid() == mine || session_pid() != mine) return true;
    } catch (const unavailable&) {
        return session_pid() != mine;            // a pooler that has no second session has given us our own
    }
    return false;
}

auto connection::release() && -> connection_handle
{
    PQsetnonblocking(handle_.get(), 0);
    return std::move(handle_);
}

}  // namespace annals::libpq
