// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/bare_table.hpp>

#include <benchmarks/callers.hpp>
#include <benchmarks/payload.hpp>

#include <pqxx/pqxx>

#include <memory>

namespace annals::benchmarks {
namespace {

constexpr auto ddl = R"(
create table bare (
  position bigint not null, version bigint not null, recorded_at timestamptz not null,
  id uuid not null, log int not null,
  schema_version smallint not null, key text collate "C" not null, type text collate "C" not null,
  data json not null, metadata json not null, occurred_at timestamptz);
create unique index on bare (log, position);
create unique index on bare (log, key, version);)";

constexpr auto statement =
    "insert into bare values ($1, 1, clock_timestamp(), $2, $3, 1, $4, 'sample.created', $5, '{}', null)";

}  // namespace

bare_table::bare_table(const std::string& dsn) : dsn_(dsn)
{
    pqxx::connection server{dsn_};
    pqxx::nontransaction{server}.exec(ddl);
}

auto bare_table::insert(int callers, seconds for_s) -> sample
{
    const int first_log = next_log_;
    next_log_ += callers;
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        auto server = std::make_shared<pqxx::connection>(dsn_);
        server->prepare("bare", statement);
        return [server, log = first_log + caller, position = 0]() mutable {
            pqxx::nontransaction tx{*server};
            ++position;
            tx.exec(pqxx::prepped{"bare"},
                    {position, eventstore::to_string(eventstore::new_uuid()), log, random_key(), payload(position)});
            return 1;
        };
    });
}

auto bare_table::copy(int callers, int events, seconds for_s) -> sample
{
    const int first_log = next_log_;
    next_log_ += callers;
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        auto server = std::make_shared<pqxx::connection>(dsn_);
        return [server, events, log = first_log + caller, position = 0]() mutable {
            pqxx::nontransaction tx{*server};
            auto rows = pqxx::stream_to::table(tx, {"bare"});
            const auto key = random_key();
            for (int version = 1; version <= events; ++version) {
                ++position;
                rows.write_values(position, version, eventstore::to_string(eventstore::now()),
                                  eventstore::to_string(eventstore::new_uuid()), log, 1, key, "sample.created",
                                  payload(position), "{}", std::optional<std::string>{});
            }
            rows.complete();
            return events;
        };
    });
}

}  // namespace annals::benchmarks
