// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/processors/model_connection.hpp>
#include <tests/processors/refusal_of.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace annals;
using namespace std::chrono_literals;
using libpq::connection;
using processors::tests::refusal_of;

namespace {

constexpr auto program = "/usr/sbin/pgbouncer";

auto is_missing() -> bool
{
    if (std::filesystem::exists(program)) return false;
    MESSAGE("left out: pgbouncer is not installed (apt-get install pgbouncer)");
    return true;
}

auto free_port() -> int
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(socket);
    return ntohs(address.sin_port);
}

/// A pgbouncer of this test's own before the tests' server.
class pooler {
public:
    pooler(const std::string& mode, int sessions)
        : folder_((std::filesystem::temp_directory_path() / "annals-pgb-XXXXXX").string())
    {
        if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
        std::ofstream(folder_ + "/ini") << "[databases]\n* = host=" << std::getenv("PGHOST")
                                        << " port=" << std::getenv("PGPORT") << " user=" << std::getenv("PGUSER")
                                        << "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " << port_
                                        << "\nunix_socket_dir =\nauth_type = any\npool_mode = " << mode
                                        << "\ndefault_pool_size = " << sessions << "\n";
        std::vector<std::string> command{program};
        if (::geteuid() == 0) command.insert(command.end(), {"-u", "nobody"});
        command.push_back(folder_ + "/ini");
        running_.emplace(std::move(command));
        running_->wait_for_words("process up");
    }
    ~pooler()
    {
        running_.reset();
        std::filesystem::remove_all(folder_);
    }
    pooler(const pooler&) = delete;
    auto operator=(const pooler&) -> pooler& = delete;

    auto dsn(const tests::temporary_database& to) const -> std::string
    {
        return to.dsn() + " host=127.0.0.1 port=" + std::to_string(port_);
    }

private:
    int port_ = free_port();
    std::string folder_;
    std::optional<tests::child> running_;
};

}  // namespace

TEST_CASE("a pooler that gives each transaction another session is refused, however few or many it has")
{
    if (is_missing()) return;
    const tests::temporary_database database;
    for (const auto& [mode, sessions] : {std::pair{"transaction", 1}, {"transaction", 4}, {"statement", 2}}) {
        CAPTURE(mode);
        const pooler between(mode, sessions);
        const auto dsn = between.dsn(database);
        for (const auto& refused : {refusal_of([&] { eventstore::postgres::open_store({.dsn = dsn}); }),
                                    refusal_of([&] { migrations::migrate(dsn); }),
                                    refusal_of([&] { processors::open_model_connection(dsn, "test"); })})
            CHECK_MESSAGE(refused.find("a pooler that gives each transaction another session") != std::string::npos,
                          refused);
    }
}

TEST_CASE("nothing is left on the sessions of a pooler that is refused")
{
    if (is_missing()) return;
    const tests::temporary_database database;
    const pooler between("transaction", 1);
    CHECK_THROWS_AS(eventstore::postgres::open_store({.dsn = between.dsn(database)}), eventstore::mismatch);
    pqxx::connection other(between.dsn(database));
    pqxx::nontransaction tx(other);
    CHECK(tx.query_value<std::string>("select current_setting('search_path')") == "\"$user\", public");
    CHECK(tx.query_value<std::string>("select current_setting('synchronous_commit')") == "on");
    CHECK(tx.query_value<std::string>("select current_setting('idle_in_transaction_session_timeout')") == "0");
}

TEST_CASE("a pooler that keeps a session for its client works like the server")
{
    if (is_missing()) return;
    const tests::temporary_database database;
    for (const int sessions : {1, 4}) {
        CAPTURE(sessions);
        const pooler between("session", sessions);
        connection one(between.dsn(database), "test");
        CHECK(one.query("select current_setting('search_path')").get<std::string>(0, 0) == "pg_catalog, pg_temp");
    }
}

TEST_CASE("a pooler that refuses options is named, and what to do")
{
    if (is_missing()) return;
    const tests::temporary_database database;
    const pooler between("session", 1);
    const auto refused = refusal_of([&] { connection(between.dsn(database) + " options='-c jit=off'", "test"); });
    CHECK_MESSAGE(refused.find("a pooler, which refuses PGOPTIONS") != std::string::npos, refused);
}
