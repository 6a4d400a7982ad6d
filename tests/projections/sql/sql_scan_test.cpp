// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_scan.hpp>

#include <doctest/doctest.h>

using namespace annals::projections;

TEST_CASE("a last statement without a semicolon gets one, before any comment after it")
{
    CHECK(closed_by_semicolon("select 1") == "select 1;");
    CHECK(closed_by_semicolon("select 1;\n") == "select 1;\n");
    CHECK(closed_by_semicolon("select 1 -- done;\n") == "select 1; -- done;\n");
    CHECK(closed_by_semicolon("select 1; -- done\n/* and; /* nested */ */")
          == "select 1; -- done\n/* and; /* nested */ */");
    CHECK(closed_by_semicolon("select ';'") == "select ';';");
    CHECK(closed_by_semicolon("select '--;") == "select '--;;");
    CHECK(closed_by_semicolon(R"(select E'\';')") == R"(select E'\';';)");
    CHECK(closed_by_semicolon("select $$;$$") == "select $$;$$;");
    CHECK(closed_by_semicolon("do $a$ $$;$$; $a$;") == "do $a$ $$;$$; $a$;");
    CHECK(closed_by_semicolon(R"(select ";")") == R"(select ";";)");
}

TEST_CASE("comments, blanks and semicolons are no statement")
{
    CHECK_FALSE(has_statement(""));
    CHECK_FALSE(has_statement(" \n -- nothing\n ; /* at all */ ;"));
    CHECK(has_statement("-- one\nselect 1"));
}

TEST_CASE("statements are the text between semicolons, and after the words that open a PL/pgSQL block")
{
    const std::string sql =
        "-- one\nInsert into a select ';'; -- two\n\nif x then delete from b; else\n update c set d = 1;\n"
        "end if; begin select 1 -- last\n";
    std::string commands, others;
    for (const auto& one : statements_of(sql))
        (one.is_command ? commands : others) += "[" + sql.substr(one.begin, one.end - one.begin) + "]";
    CHECK(commands == "[Insert into a select ';'][delete from b][update c set d = 1][select 1]");
    CHECK(others == "[if x then][else][end if][begin]");
}
