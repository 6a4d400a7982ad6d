// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/shown_dsn.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::libpq;

TEST_CASE("a valid connection string is read, and shown without its secrets")
{
    const auto shown = [](const std::string& dsn) {
        CHECK_NOTHROW(parse_dsn(dsn));
        return shown_dsn(dsn);
    };
    CHECK(shown("postgresql://ada:s%2Fc%40ret@here:5433/log")
          == "user=ada password=******** dbname=log host=here port=5433");
    CHECK(shown("postgres://here/log?connect_timeout=3") == "connect_timeout=3 dbname=log host=here");
    CHECK(shown("postgresql:///log?host=/run/postgresql") == "dbname=log host=/run/postgresql");
    CHECK(shown("postgresql://[::1]:5433,there:5434/log") == "dbname=log host=::1,there port=5433,5434");
    CHECK(shown("host=here password='ge heim' dbname='my log'") == "password=******** dbname=my log host=here");
    CHECK(shown("host=@abstract port=5432") == "host=@abstract port=5432");
    CHECK(shown("") == "");
}

TEST_CASE("an invalid connection string is refused, naming the kind of mistake")
{
    const auto refusal = [](const std::string& dsn) -> std::string {
        CHECK(shown_dsn(dsn) == "******** (not a connection string)");
        try {
            parse_dsn(dsn);
            return "it was read";
        } catch (const eventstore::invalid_request& problem) {
            return problem.what();
        }
    };
    CHECK(refusal("postgresql://u:se/cret@here/db").find("must be written as %40 or %2F") != std::string::npos);
    CHECK(refusal("postgresql://u:100%@here/db").find("percent-encoded") != std::string::npos);
    CHECK(refusal("host=here password=hush secretword").find("must be in quotes") != std::string::npos);
    CHECK(refusal("host=u:secret@here").find("its host cannot be one") != std::string::npos);
    CHECK(refusal("log").find("it is neither") != std::string::npos);
}
