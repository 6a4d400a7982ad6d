// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/eventstore/postgres/plans_calls.hpp>
#include <tests/eventstore/postgres/sql_of_sources.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

/// No statement may read more because a table has grown. Each is counted at two sizes of the tables that grow with
/// use: events, idempotency keys, snapshots, jobs, states and commands of process managers. (All others have a row for
/// each log, projection or process.) The server itself counts index entries and table rows, also inside functions.
using namespace annals;
using namespace annals::libpq;

namespace {

using namespace annals::tests::plans;

constexpr int few = 5000;
constexpr int many = 20000;
const std::vector<int> numbers_of_logs{1, 8, 24, 1000};

/// One more entry for each log and step of a binary search, those left by appends that were undone: far less than a
/// scan of all events of a table, or of a log, would add.
auto allowance(int logs) -> std::int64_t { return 100 + 5 * logs; }

/// For a constant in the sources: the types of its parameters, and values. These are replaced: <log> by the log of the
/// stream H, <logs> by all logs, <count> by their number, <starts> and <ends> by a position for each, <tour> by the log
/// of the sagas, <beyond> by a position that no log has, <old> and <new> by ids of events of H.
struct constant {
    std::string types;
    std::string values;
    bool is_prepared = true;  ///< otherwise it is planned each time, for its values
};

const std::string page_of_stream = "int, text, bigint, bigint, int, bigint";
const std::string page_of_logs = "int[], bigint[], int, bigint";
const std::map<std::string, constant> constants{
    {"answering.delete_row", {"bigint", "7", false}},
    {"append_statements.append_all", {appends, one_append}},
    {"append_statements.append_event",
     {"int, text, bigint, uuid, text, smallint, json, json, timestamptz",
      "<log>, 'H', -1, gen_random_uuid(), 'a', 1::smallint, '{}', '{}', null"}},
    {"append_statements.append_events",
     {"int, text, bigint, uuid[], text[], smallint[], json[], json[], timestamptz[]",
      "<log>, 'H', -1, array[gen_random_uuid()], '{a}', '{1}', array['{}'::json], array['{}'::json], "
      "array[null::timestamptz]"}},
    {"append_statements.append_predicted",
     {"int[], int[], text[], bigint[], timestamptz, bigint, int[], text[], bigint[], bigint[], uuid[], text[], "
      "smallint[], json[], json[], timestamptz[]",
      "'{<log>}', '{<log>}', '{H}', '{5}', now(), 'annals.events'::regclass::oid::bigint, '{<log>}', '{H}', "
      "'{<beyond>}', "
      "'{<beyond>}', array[gen_random_uuid()], '{a}', '{1}', array['{}'::json], array['{}'::json], "
      "array[null::timestamptz]"}},
    {"append_statements.append_predicted_event",
     {"int, text, bigint, bigint, timestamptz, bigint, uuid, text, smallint, json, json, timestamptz",
      "<log>, 'H', <beyond>, <beyond>, now(), 'annals.events'::regclass::oid::bigint, gen_random_uuid(), 'a', "
      "1::smallint, '{}', '{}', null"}},
    {"append_statements.find_ends", {"int[]", "'{<logs>}'"}},
    {"due_commands.delete_done", {"bigint[]", "'{7}'", false}},
    {"due_commands.note_attempts", {"bigint[], text[], text[], boolean[]", "'{7}', '{why}', '{code}', '{f}'", false}},
    {"housekeeping.select_too_old", {"int", "30", false}},
    {"job_table.cancel_job", {"bigint", "1", false}},
    {"job_table.claim_job", {"uuid, bigint", "gen_random_uuid(), 1", false}},
    {"job_table.finish_job", {"bigint, text, text", "1, 'done', ''", false}},
    {"job_table.give_back_job", {"bigint", "1", false}},
    {"job_table.insert_job",
     {"text, text, text, text, text", "'pause projection', 'seen', 'somebody', '', '{}'", false}},
    {"job_table.report_progress", {"bigint, text", "1, ''", false}},
    {"job_table.select_jobs", {"bigint, bool, bigint", "null, false, 10", false}},
    {"job_table.select_free", {"text[], bigint", "'{pause projection}', null", false}},
    {"log_statements.heads", {"text", "'visit'"}},
    {"log_statements.logs_backwards", {page_of_logs, "'{<logs>}', '{<ends>}', 2, 100000"}},
    {"log_statements.logs_forwards", {page_of_logs, "'{<logs>}', '{<starts>}', 2, 100000"}},
    {"log_statements.small_events_of_logs_backwards", {page_of_logs, "'{<logs>}', '{<ends>}', 2, 1000"}},
    {"log_statements.small_events_of_logs_forwards", {page_of_logs, "'{<logs>}', '{<starts>}', 2, 1000"}},
    {"manager_states.select_states", {"text, int, text[]", "'seen', 1, '{K-7}'", false}},
    {"manager_states.upsert_states", {"text, int, text[], text[]", "'seen', 1, '{K-7}', array['{}']", false}},
    {"outgoing_list.delete_command", {"bigint", "7", false}},
    {"outgoing_list.select_outgoing", {"bigint, text, text, text, bigint", "null, '', '', '', 10", false}},
    {"outgoing_list.update_refused", {"bigint, text, text", "8, '', ''", false}},
    {"outgoing_rows.delete_deadlines", {"text, int, text[], text[]", "'seen', 1, '{K-7}', '{reminder}'", false}},
    {"outgoing_rows.insert_rows",
     {"text, int, text[], uuid[], text[], smallint[], text[], text[], text[], text[], text[], text[], timestamptz[], "
      "int[]",
      "'seen', 1, '{K-0}', array[gen_random_uuid()], '{k}', '{1}', '{visit}', '{H}', '{remind}', array['{}'], "
      "array['{}'], "
      "'{reminder}', '{now}', '{0}'",
      false}},
    {"postgres_storage.read_facts", {"int[], text[]", "'{<log>}', '{K-7}'", false}},
    {"saga_verification.select_events", {"int[], text[]", "'{<log>}', '{K-7}'", false}},
    {"postgres_snapshots.keep_snapshot",
     {"int, text, text, bigint, uuid, json", "1, 'S-1', 'visit', 2, gen_random_uuid(), '{}'"}},
    {"postgres_snapshots.select_snapshot", {"int, text, text", "1, 'S-1', 'visit'"}},
    {"publication_status.status", {"int", "4713", false}},
    {"stream_statements.small_events_of_stream_backwards", {page_of_stream, "<log>, 'H', 0, <beyond>, 10, 1000"}},
    {"stream_statements.small_events_of_stream_forwards", {page_of_stream, "<log>, 'H', 1000, <beyond>, 10, 1000"}},
    {"stream_statements.stream_backwards", {page_of_stream, "<log>, 'H', 0, <beyond>, 10, 100000"}},
    {"stream_statements.stream_forwards", {page_of_stream, "<log>, 'H', 1000, <beyond>, 10, 100000"}},
    {"remembered_append.statement", {"text, text, text", "'visit', 'key 7', ''"}},
    {"transactional_append.append_all", {appends, one_append}},
};

auto reads_what_grows(const std::string& statement) -> bool
{
    static const std::regex grows{
        R"(\b(from|into|join|update)\s+annals\.(events|idempotency_keys|snapshots|jobs|append_many|)"
        R"(process_manager_states|outgoing_commands|outgoing)\b)"};
    return std::regex_search(statement, grows);
}

auto statements() -> const std::vector<tests::source_statement>&
{
    static const auto all = [] {
        auto found = tests::statements_below({"annals"});
        std::erase_if(found, [](const auto& each) { return !reads_what_grows(each.text); });
        return found;
    }();
    return all;
}

auto list_of(int count, const std::string& value) -> std::string
{
    std::string all;
    for (int n = 1; n <= count; ++n) all += (n == 1 ? "" : ",") + (value.empty() ? std::to_string(n) : value);
    return all;
}

/// A database with this many logs, as it is filled.
class subject {
public:
    explicit subject(int logs)
    {
        std::ifstream file("tests/eventstore/postgres/plans.sql");
        owner_.execute({std::istreambuf_iterator<char>(file), {}});
        // This test decides when statistics are collected.
        for (const auto* table : {"events", "idempotency_keys", "snapshots", "jobs", "logs", "process_manager_states",
                                  "outgoing_commands", "saga_states", "saga_steps", "saga_timers", "saga_inputs"})
            owner_.execute(std::string("alter table annals.") + table + " set (autovacuum_enabled = off)");
        owner_.execute("select public.begin_filling(" + std::to_string(logs) + ")");
        values_ = {{"<log>", text("select (1 + annals.partition_of('H', " + std::to_string(logs) + "))::text")},
                   {"<logs>", list_of(logs, "")},
                   {"<starts>", list_of(logs, "1")},
                   {"<ends>", list_of(logs, "1000000")},
                   {"<tour>", std::to_string(logs + 1)},
                   {"<count>", std::to_string(logs)},
                   {"<beyond>", "1000000"},
                   {"<old>", text("select public.id_of(28)::text")}};
    }

    void fill_up_to(int events)
    {
        owner_.execute("select public.fill(" + std::to_string(filled_ + 1) + ", " + std::to_string(events) + ")");
        know_last(events);
    }
    void fill_stream(int events)
    {
        owner_.execute("select public.fill_stream(" + std::to_string(events) + ")");
        know_last(events);
    }
    void analyze() { owner_.execute("analyze"); }
    auto dsn() const -> std::string { return database_.dsn(); }

    auto with_values(std::string statement) const -> std::string
    {
        for (const auto& [name, value] : values_)
            for (auto at = statement.find(name); at != statement.npos; at = statement.find(name, at + value.size()))
                statement.replace(at, name.size(), value);
        return statement;
    }

private:
    void know_last(int event)
    {
        filled_ = event;
        values_["<new>"] = text("select public.id_of(" + std::to_string(event) + ")::text");
    }
    auto text(const std::string& query) -> std::string { return owner_.query(query).get<std::string>(0, 0); }

    tests::temporary_database database_;
    connection owner_{database_.dsn()};
    std::map<std::string, std::string> values_;
    int filled_ = 0;
};

struct measured {
    std::int64_t reads;
    std::string state;
};

/// A session that plans in one way, and counts what it reads.
class reader {
public:
    reader(const subject& of, std::string plans) : plans_(std::move(plans)), session_(of.dsn())
    {
        session_.execute("set plan_cache_mode = " + plans_);
        for (const auto& [name, sql] : statements()) {
            const auto known = constants.find(name);
            if (known != constants.end())
                session_.execute("prepare \"" + name + "\"" + in_brackets(known->second.types) + " as " + sql);
        }
    }

    /// By name, or the call itself.
    auto measure(const subject& of) -> std::map<std::string, measured>
    {
        std::map<std::string, measured> all;
        for (const auto& [name, values] : constants)
            if (values.is_prepared || plans_ == "force_custom_plan")
                all[name] = run("execute \"" + name + "\"" + in_brackets(of.with_values(values.values)));
        for (const auto& each : calls) all[each.text] = run(of.with_values(each.text));
        return all;
    }

    auto run(const std::string& statement) -> measured
    {
        parameters given;
        given.add(statement);
        const auto row = session_.query("select reads, state from public.measure($1)", given);
        return {row.get<std::int64_t>(0, 0), row.get<std::string>(0, 1)};
    }

private:
    /// A statement without parameters has none.
    static auto in_brackets(const std::string& list) -> std::string { return list.empty() ? "" : "(" + list + ")"; }

    std::string plans_;
    connection session_;
};

/// The statements that read more at `later` than at `before`, or did not end as they should.
void compare(const std::map<std::string, measured>& before, const std::map<std::string, measured>& later, int logs,
             const std::string& circumstances)
{
    std::map<std::string, std::string> ends;
    for (const auto& each : calls) ends[each.text] = each.state;
    for (const auto& [name, at_few] : before) {
        const auto& at_many = later.at(name);
        const auto wanted = ends.contains(name) ? ends[name] : "00000";
        CHECK_MESSAGE(at_many.reads <= at_few.reads + allowance(logs),
                      (name + " reads " + std::to_string(at_few.reads) + " entries and rows of " + std::to_string(few)
                       + " events, but " + std::to_string(at_many.reads) + " of " + std::to_string(many) + "; "
                       + std::to_string(logs) + " logs, " + circumstances));
        CHECK_MESSAGE(at_few.state.starts_with(wanted), (name + ": " + at_few.state));
        CHECK_MESSAGE(at_many.state.starts_with(wanted), (name + ": " + at_many.state));
    }
}

}  // namespace

TEST_CASE("every statement that reads growing tables is among those whose plans are checked")
{
    REQUIRE(statements().size() > 20);
    for (const auto& each : statements())
        CHECK_MESSAGE(constants.contains(each.name),
                      (each.name + " is new: add it to `constants` in plans_test.cpp, with values for its parameters"));
    for (const auto& [name, values] : constants)
        CHECK_MESSAGE(std::ranges::count(statements(), name, &tests::source_statement::name) == 1, (name + " is gone"));

    const tests::temporary_database database;
    const auto callable = connection(database.dsn()).query(R"sql(
        select distinct p.proname::text from pg_proc p, pg_roles r
        where p.pronamespace = 'annals'::regnamespace and r.rolname like 'annals\_%'
              and not pg_has_role(r.oid, 'annals_owner', 'member')
              and has_function_privilege(r.oid, p.oid, 'execute'))sql");
    REQUIRE(callable.size() > 10);
    for (int row = 0; row < callable.size(); ++row) {
        const auto name = callable.get<std::string>(row, 0);
        const auto is_called = [&](const call& each) {
            return each.text.find("annals." + name + "(") != std::string::npos;
        };
        CHECK_MESSAGE((std::ranges::any_of(calls, is_called) || std::ranges::count(read_nothing, name) == 1),
                      ("annals." + name
                       + " is new: add a call of it to `calls` in plans_test.cpp, or its name to `read_nothing`"));
    }
}

TEST_CASE("no statement reads more when its tables have grown and were never analysed")
{
    for (const auto logs : numbers_of_logs) {
        subject of(logs);
        reader planned_when_empty(of, "force_generic_plan");
        planned_when_empty.measure(of);
        of.fill_up_to(few);
        reader generic(of, "force_generic_plan");
        reader custom(of, "force_custom_plan");
        const auto early = planned_when_empty.measure(of);
        const auto of_generic = generic.measure(of);
        const auto of_custom = custom.measure(of);
        of.fill_up_to(many);
        compare(early, planned_when_empty.measure(of), logs, "planned when the tables were empty");
        compare(of_generic, reader(of, "force_generic_plan").measure(of), logs, "never analysed, generic plans");
        compare(of_custom, custom.measure(of), logs, "never analysed, custom plans");
    }
}

/// With so many events the planner, which knows nothing of the table, takes a stream for two of them and would rather
/// sort it than read it along the index.
TEST_CASE("what was sent before is searched for along an index in a large table that was never analysed")
{
    constexpr int large = 120'000, tail = 1000;  // which is searched for an id that is not where it was expected
    subject of(1);
    of.fill_stream(large);
    for (const auto* const plans : {"force_generic_plan", "force_custom_plan"})
        for (const auto& each : calls) {
            if (!each.text.contains("annals.find_resent(")) continue;
            const auto measured = reader(of, plans).run(of.with_values(each.text));
            CHECK_MESSAGE(measured.reads <= 2 * tail + allowance(1), (each.text + ", " + plans));
            CHECK_MESSAGE(measured.state == "00000", (each.text + ", " + plans));
        }
}

TEST_CASE("no statement reads more when its tables have grown and were analysed")
{
    for (const auto logs : numbers_of_logs) {
        subject of(logs);
        of.fill_up_to(few);
        of.analyze();
        const auto of_generic = reader(of, "force_generic_plan").measure(of);
        const auto of_custom = reader(of, "force_custom_plan").measure(of);
        of.fill_up_to(many);
        of.analyze();
        compare(of_generic, reader(of, "force_generic_plan").measure(of), logs, "analysed, generic plans");
        compare(of_custom, reader(of, "force_custom_plan").measure(of), logs, "analysed, custom plans");
    }
}
