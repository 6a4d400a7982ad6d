// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <tests/migrations/privilege_matrix.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

using namespace annals;
using libpq::connection, libpq::statement_error;

namespace {

const std::string matrix_file = "tests/migrations/privileges.txt";

auto text_of(const std::string& path) -> std::string
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// One statement that needs one privilege on one object.
struct trial {
    std::string object;                      ///< as in the matrix, or a column
    std::string letter;
    std::string statement;
};

auto all_trials(const tests::temporary_database& database) -> std::vector<trial>
{
    connection catalog(database.dsn());
    const auto rows = catalog.query(text_of("tests/migrations/privilege_trials.sql"));
    std::vector<trial> all;
    for (int row = 0; row < rows.size(); ++row)
        all.push_back({rows.get<std::string>(row, 0), rows.get<std::string>(row, 1), rows.get<std::string>(row, 2)});
    return all;
}

/// The lines about an object: its own and, for a column, its table's.
auto lines_of(const tests::privilege_matrix& matrix, const std::string& object) -> std::vector<std::string>
{
    std::vector<std::string> names{object};
    if (object.starts_with("column ")) {
        const auto table = object.substr(7, object.rfind('.') - 7);
        names.push_back("table " + table);
        names.push_back("view " + table);
    }
    std::erase_if(names, [&](const auto& name) { return !matrix.lines.contains(name); });
    return names;
}

/// Empty, or the SQLSTATE with which the server refused. Its changes are undone.
auto refusal(connection& session, const std::string& statement) -> std::string
{
    session.execute("begin");
    std::string sqlstate;
    try {
        session.execute(statement);
    } catch (const statement_error& problem) {
        sqlstate = problem.sqlstate();
    }
    session.execute("rollback");
    return sqlstate;
}

/// What one user was refused although it should work, or could do although it should not, one per line.
auto differences(connection& session, const std::string& role, const std::vector<trial>& trials, const auto& may)
    -> std::string
{
    std::string all;
    for (const auto& one : trials) {
        auto sqlstate = refusal(session, one.statement);
        if (sqlstate == "55000") sqlstate = "42501";         // a view over several tables: nobody can write to it
        if (sqlstate == (may(one) ? "" : "42501")) continue;
        all += role + (may(one) ? " may " : " may not ") + one.statement + ": ";
        all += sqlstate.empty() ? "done\n" : sqlstate + "\n";
    }
    return all;
}

/// The triggers that refuse every change answer like a missing privilege. Without them only privileges refuse.
void set_triggers(const tests::temporary_database& database, const std::string& enable_or_disable)
{
    connection superuser(database.dsn());
    for (const std::string table : {"events", "categories", "logs"})
        superuser.execute("alter table annals." + table + " " + enable_or_disable + " trigger user");
}

/// A migrated database in which an SQL projection is shown.
struct database_with_a_projection {
    tests::temporary_database database;

    database_with_a_projection()
    {
        pqxx::connection session(database.dsn());
        projections::registry::apply(
            session,
            projections::parse_sql(text_of("examples/laboratory/sample_counts.sql"), "sample_counts.sql").definition());
    }
};

}  // namespace

TEST_CASE_FIXTURE(database_with_a_projection,
                  "every object has its line in the matrix of privileges, and every line its object")
{
    const auto matrix = tests::read_privilege_matrix(matrix_file);
    std::set<std::string> used;
    std::string missing;
    for (const auto& one : all_trials(database)) {
        const auto lines = lines_of(matrix, one.object);
        if (lines.empty() && !missing.ends_with(one.object + "\n")) missing += one.object + "\n";
        used.insert(lines.begin(), lines.end());
    }
    CHECK_MESSAGE(missing.empty(), "add to " << matrix_file << ":\n" << missing);
    for (const auto& [object, letters] : matrix.lines)
        CHECK_MESSAGE(used.contains(object), matrix_file << ": there is no " << object);
}

TEST_CASE_FIXTURE(database_with_a_projection, "each role can do what the matrix says, and is refused everything else")
{
    const auto matrix = tests::read_privilege_matrix(matrix_file);
    const auto trials = all_trials(database);
    for (std::size_t i = 0; i < matrix.roles.size(); ++i) {
        const std::vector<std::string> only{matrix.roles[i]};
        const tests::login_user user(database, matrix.roles[i], only);
        connection session(user.dsn());
        set_triggers(database, matrix.roles[i] == "annals_owner" ? "enable" : "disable");
        const auto may = [&](const trial& one) {
            return std::ranges::any_of(lines_of(matrix, one.object), [&](const auto& line) {
                return matrix.lines.at(line)[i].find(one.letter) != std::string::npos;
            });
        };
        const auto found = differences(session, matrix.roles[i], trials, may);
        CHECK_MESSAGE(found.empty(), found);
    }
}

TEST_CASE_FIXTURE(database_with_a_projection, "a user of the server that was granted nothing can do nothing")
{
    set_triggers(database, "disable");
    const tests::login_user stranger(database, "stranger", {});
    connection session(stranger.dsn());
    const auto found = differences(session, "a stranger", all_trials(database), [](const trial&) { return false; });
    CHECK_MESSAGE(found.empty(), found);
}

TEST_CASE("append-only tables stay so for a superuser, even where only replication's triggers fire")
{
    const tests::temporary_database database;
    connection superuser(database.dsn());
    for (const std::string statement :
         {"update annals.events set type = 'x'", "delete from annals.events", "truncate annals.events",
          "update annals.categories set partitions = 9", "delete from annals.categories",
          "truncate annals.categories cascade", "update annals.logs set partition = 9", "delete from annals.logs",
          "truncate annals.logs cascade"}) {
        CHECK(refusal(superuser, statement) == "42501");
        CHECK(refusal(superuser, "set local session_replication_role = replica; " + statement) == "42501");
    }
}

TEST_CASE("the owner of the events has no privilege to change them, even without the triggers")
{
    const tests::temporary_database database;
    connection owner(database.dsn());
    owner.execute("set role annals_owner");
    for (const std::string statement :
         {"update annals.events set type = 'x'", "delete from annals.events", "truncate annals.events"})
        CHECK(refusal(owner, "alter table annals.events disable trigger user; " + statement) == "42501");
}

TEST_CASE("a user made an analyst finds the read models and cannot block others for long")
{
    const tests::temporary_database database;
    const tests::login_user ada(database, "ada", {});
    connection(database.dsn()).execute("select annals.make_analyst('" + ada.name() + "')");
    connection session(ada.dsn());  // which sets its own time-outs: the user's are the reset values
    const auto given = [&](const std::string& setting) {
        const auto rows = session.query("select reset_val from pg_settings where name = '" + setting + "'");
        return rows.get<std::string>(0, 0);
    };
    CHECK(given("search_path") == "read, annals");
    CHECK(given("statement_timeout") == "900000");
    CHECK(given("idle_in_transaction_session_timeout") == "60000");
    CHECK(refusal(session, "select * from annals.read_log('sample', 0)").empty());
    CHECK(refusal(session, "select annals.make_analyst(current_user)") == "42501");
}
