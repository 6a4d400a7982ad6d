// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/bug.hpp>

namespace annals::planted_bugs {
namespace {

using deed = histories::step::deed;

constexpr auto without_unique_indexes = R"sql(
    alter table annals.events drop constraint events_position, drop constraint events_version;
    create index on annals.events (log, position);
    create index on annals.events (log, key, version))sql";

constexpr auto takes_the_lock = "perform pg_advisory_xact_lock(4711, logs[i]);";

/// Two clients, each of which writes what the other checks.
void crossing_checks(histories::plan& all)
{
    all.partitions = 8;
    all.clients.resize(2);
    for (int n = 0; n < 2; ++n)
        for (auto& step : all.clients[static_cast<std::size_t>(n)])
            step = {deed::append_with_check, histories::step::expectation::what_was_read, n, 1 - n, 1};
}

auto bugs_of_the_lock() -> std::vector<bug>
{
    return {
        {.name = "the lock is taken in the statement that reads the last position",
         .caught_by = "G1",
         .tables = without_unique_indexes,
         .texts = {{takes_the_lock, "null;"},
                   {"from unnest(logs) with ordinality l(log, n)\n    left join",
                    "from (select u.log, u.n, pg_advisory_xact_lock(4711, u.log)\n"
                    "      from unnest(logs) with ordinality u(log, n) offset 0) l\n    left join"}}},
        {.name = "the lock is let go before the commit",
         .caught_by = "G1",
         .tables = without_unique_indexes,
         .texts = {{takes_the_lock, "perform pg_advisory_lock(4711, logs[i]);"},
                   {"    after := version_before;",
                    "    after := version_before;\n    perform pg_advisory_unlock(4711, l) from unnest(logs) l;"}}},
        {.name = "positions come from a sequence",
         .caught_by = "G4",
         .tables = "create sequence annals.planted",
         .texts = {{takes_the_lock, "null;"},
                   {"start[i] := head[w_at[i]] + 1;",
                    "start[i] := nextval('annals.planted');\n"
                    "            perform setval('annals.planted', start[i] + w_count[i] - 1);"},
                   {"last_position[i] := head[w_at[i]];", "last_position[i] := start[i] + w_count[i] - 1;"}}},
        {.name = "the log of a stream that is only checked is not locked",
         .caught_by = "A11",
         .shape = crossing_checks,
         .texts = {{takes_the_lock, "perform pg_advisory_xact_lock(4711, logs[i])\n"
                                    "            where exists (select from unnest(w_at, w_count) w(at, count)\n"
                                    "                          where w.at = i and w.count > 0);"}}},
    };
}

auto bugs_of_the_verdict() -> std::vector<bug>
{
    return {
        {.name = "a failed check is forgotten", .caught_by = "A5", .texts = {{"is_allowed := false;", "null;"}}},
        {.name = "a stream that does not exist passes for one that exists",
         .caught_by = "A5",
         .texts = {{"version_before[next] = 0) then", "version_before[next] < 0) then"}}},
        {.name = "the expected version is ignored when a call is sent again",
         .caught_by = "A5",
         .needs = {deed::send_again},
         .texts = {{"elsif (w_expected[next] >= 0 and", "elsif (w_expected[next] >= 0 and not a_resend[a] and"}}},
        {.name = "a call that is sent again is not looked for",
         .caught_by = "A3",
         .needs = {deed::send_again},
         .texts = {{"if a_resend[a] then", "if false then"}}},
        {.name = "what was sent before is found by its ids alone",
         .caught_by = "A1",
         .needs = {deed::send_changed},
         .texts = {{"count(*) filter (where found.differs = '')", "count(*)", "annals.find_at_versions"}}},
        {.name = "the metadata and the time of what was sent before are not compared",
         .caught_by = "A1",
         .needs = {deed::send_changed},
         .texts = {{"e.occurred_at is distinct from s.occurred_at", "false", "annals.find_at_versions"},
                   {"e.metadata::text <> s.metadata::text and", "false and", "annals.find_at_versions"}}},
        {.name = "an idempotency key answers whatever it is used for",
         .caught_by = "A1",
         .needs = {deed::append_with_key},
         .texts = {{"case when known.fingerprint = uses[a]", "case when true"}}},
        {.name = "the idempotency key is not stored",
         .caught_by = "A3",
         .needs = {deed::append_with_key},
         .texts = {{"    if kept > 0 then\n        insert", "    if false then\n        insert"}}},
        {.name = "only the first stream of an append is stored",
         .caught_by = "A7",
         .needs = {deed::append_to_two},
         .texts = {{"where start[e.element] > 0;", "where start[e.element] > 0 and e.element = 1;"}}},
    };
}

}  // namespace

auto bugs_in_the_function() -> std::vector<bug>
{
    auto all = bugs_of_the_lock();
    for (auto& one : bugs_of_the_verdict()) all.push_back(std::move(one));
    return all;
}

}  // namespace annals::planted_bugs
