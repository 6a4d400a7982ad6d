// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/outages.hpp>
#include <annals/libpq/session_settings.hpp>

#include <cerrno>
#include <cstdlib>
#include <string_view>
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

const std::string direct =
    "annals keeps locks, settings and prepared statements in its sessions. Connect to the server "
    "itself, or let the pooler keep sessions (pool_mode = session)";

auto connect(dsn_parameters all, const std::string& part) -> connection_handle
{
    all["application_name"] = application_name(all, part);
    all["client_encoding"] = "UTF8";
    all.insert({{"connect_timeout", "10"},
                {"keepalives_idle", "3"},
                {"keepalives_interval", "2"},
                {"keepalives_count", "2"},
                {"tcp_user_timeout", "10000"}});
    std::vector<const char*> keywords, values;
    for (const auto& [keyword, value] : all) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return connection_handle(PQconnectdbParams(keywords.data(), values.data(), 0));
}

void check_encoding(PGconn* session, const std::string& server)
{
    const auto* const encoding = PQparameterStatus(session, "server_encoding");
    if (encoding == nullptr || std::string_view(encoding) == "UTF8") return;
    throw mismatch("the database " + std::string(PQdb(session)) + " at " + server + " has the encoding " + encoding
                   + ", and annals needs UTF8: create it with encoding 'UTF8' template template0");
}

}  // namespace

connection::connection(const std::string& dsn, std::string part, std::function<bool()> gives_up)
    : connection(dsn, std::move(part), std::move(gives_up), unsettled{})
{
    settle(dsn);
    outages::of_this_process().opened(server_, part_);
}

connection::connection(const std::string& dsn, std::string part, std::function<bool()> gives_up, unsettled)
    : server_(server_of(parse_dsn(dsn))),
      part_(std::move(part)),
      handle_(connect(parse_dsn(dsn), part_)),
      gives_up_(std::move(gives_up))
{
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
        connection other(dsn, part_, [&] { return std::chrono::steady_clock::now() > until; }, unsettled{});
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
