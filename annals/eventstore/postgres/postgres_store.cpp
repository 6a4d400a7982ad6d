// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/postgres/append/committer.hpp>
#include <annals/eventstore/postgres/change_listener.hpp>
#include <annals/eventstore/postgres/log_directory.hpp>
#include <annals/eventstore/postgres/reader.hpp>
#include <annals/eventstore/postgres/sole_writer.hpp>
#include <annals/libpq/session_pool.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto schema_of_log =
    "select from pg_namespace where to_regclass('annals.idempotency_keys') is not null limit 1";

constexpr auto settings_that_lose = R"sql(
    select string_agg(name || ' is off ' || case source
               when 'database' then format('for the database %I', current_database())
               when 'user' then format('for the user %I', session_user)
               when 'database user' then format('for the user %I in this database', session_user)
               when 'client' then 'by the options of this connection'
               else 'for the whole server' end, ' and ' order by name)
    from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off')sql";

/// Refuses a server on which this store cannot keep its promises.
void check_server(const settings& wanted)
{
    connection session(wanted.dsn, {}, {}, std::chrono::steady_clock::now() + wanted.patience);
    if (session.query(schema_of_log).empty())
        throw mismatch("the database at " + session.server() + " has no annals schema: run annals migrate");
    const auto lose = session.query(settings_that_lose).find<std::string>(0, 0);
    if (lose && !wanted.unsafe)
        throw mismatch("PostgreSQL at " + session.server() + " may lose what it has confirmed: " + *lose
                       + "; turn it on (alter … reset), or say that this is meant (--unsafe)");
}

class postgres_store final : public store {
public:
    postgres_store(const settings& wanted, int sole_writer_after)
        : default_partitions_(wanted.default_partitions),
          sessions_(wanted.dsn, wanted.patience, wanted.connections_max),
          listener_(wanted.dsn),
          committer_({.dsn = wanted.dsn,
                      .patience = wanted.patience,
                      .sole_writer_after_calls = sole_writer_after,
                      .committed = [this] { listener_.committed(); }})
    {}

    void append(append_request request, on_appended done) override
    {
        committer_.append(routed(std::move(request)), std::move(done));
    }
    auto append(append_request request) -> append_result override
    {
        return committer_.append(routed(std::move(request)));
    }

    auto find_appended(std::string_view category, std::string_view key, std::optional<std::string_view> used_for = {})
        -> std::optional<append_result> override
    {
        return reader_.find_appended(category, key, used_for);
    }
    auto read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event> override
    {
        return reader_.read(stream, range);
    }
    auto read_logs(std::span<const log_cursor> cursors, const page_size& page, direction order)
        -> std::vector<recorded_event> override
    {
        return reader_.read_logs(cursors, page, order);
    }
    auto watermarks(std::span<const log_cursor> cursors) -> std::vector<std::optional<timestamp>> override
    {
        return reader_.watermarks(cursors);
    }
    auto heads(std::string_view category) -> std::vector<log_position> override { return reader_.heads(category); }

    auto categories() -> std::vector<category> override { return logs_.all(); }
    auto find_category(std::string_view name) -> std::optional<category> override
    {
        const auto found = logs_.find(name);
        return found ? std::optional(found->of) : std::nullopt;
    }
    void ensure_category(const category& wanted) override { logs_.ensure(wanted); }
    auto changes() -> change_signal& override { return listener_.changes(); }
    auto incarnation() -> std::optional<std::string> override { return listener_.incarnation(); }

private:
    auto routed(append_request request) -> routed_append
    {
        check_request(request);
        std::vector<stream_log> logs;
        for (const auto& part : request.streams)
            logs.push_back(logs_.find_or_create({part.stream.category, default_partitions_})->log_of(part.stream.key));
        return {std::move(request), std::move(logs)};
    }

    int default_partitions_;
    session_pool sessions_;
    log_directory logs_{sessions_};
    reader reader_{sessions_, logs_};
    change_listener listener_;
    committer committer_;
};

}  // namespace

auto open_store(settings wanted) -> std::unique_ptr<store>
{
    return open_store(std::move(wanted), sole_writer_after_calls);
}

auto open_store(settings wanted, int sole_writer_after) -> std::unique_ptr<store>
{
    check_partitions(wanted.default_partitions);
    check_server(wanted);
    return std::make_unique<postgres_store>(wanted, sole_writer_after);
}

}  // namespace annals::eventstore::postgres
