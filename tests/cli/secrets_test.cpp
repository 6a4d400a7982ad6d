// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace annals::tests {
namespace {

using words = std::vector<std::string>;

/// Used in place of a password or a piece of one.
constexpr auto marks = {"Qmark", "Zmark"};

/// Nothing listens on port 1.
auto answer_of(words line, std::map<std::string, std::string> environment = {}) -> std::string
{
    line.insert(line.begin(), ANNALS_PROGRAM);
    environment.insert({{"PGHOST", "127.0.0.1"},
                        {"PGPORT", "1"},
                        {"ANNALS_DSN", ""},
                        {"ANNALS_READ_DSN", ""},
                        {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""},
                        {"ANNALS_CONFIG", ""}});
    const auto seen = child(std::move(line), environment).wait();
    return seen.out + seen.err;
}

void check_hidden(const words& line, const std::map<std::string, std::string>& environment = {})
{
    const auto answer = answer_of(line, environment);
    CHECK(!answer.empty());
    for (const auto* mark : marks) {
        CAPTURE(line);
        CHECK_MESSAGE(answer.find(mark) == std::string::npos, answer);
    }
}

/// A configuration file.
struct settings_file {
    explicit settings_file(const std::string& text) { std::ofstream(path) << text; }
    ~settings_file() { std::filesystem::remove(path); }
    settings_file(const settings_file&) = delete;
    auto operator=(const settings_file&) -> settings_file& = delete;

    std::string path =
        (std::filesystem::temp_directory_path() / ("annals-secrets-" + std::to_string(::getpid()) + ".toml")).string();
};

/// Connection strings with all common mistakes, and a few correct ones.
const words dsns{
    "postgresql://u:Qmark/Zmark@127.0.0.1/db",
    "postgresql://u:Qmark@Zmark@127.0.0.1/db",
    "postgresql://u:Qmark:Zmark@127.0.0.1:1/db",
    "postgresql://u:Qmark%@127.0.0.1:1/db",
    "postgresql://u:%zzQmark@127.0.0.1:1/db",
    "postgresql://u:Qmark%00Zmark@127.0.0.1:1/db",
    "postgresql://u:Qmark Zmark@127.0.0.1:1/db",
    "postgresql://u:Qmark?Zmark@127.0.0.1:1/db",
    "postgresql://u:Qmark#/Zmark@127.0.0.1:1/db",
    "postgresql://u:[Qmark@127.0.0.1:1/db",
    "postgresql://u:Qmark@[127.0.0.1:1/db",
    "postgresql://u:Qmark@127.0.0.1:Zmark/db",
    "postgresql://u:Qmark",
    "postgresql://u:Qmark@127.0.0.1:1/db/Zmark",
    "postgresql://127.0.0.1:1/db?password=Qmark&Zmark",
    "postgresql://127.0.0.1:1/db?password=Qmark?Zmark=1",
    "postgresql://127.0.0.1:1/db?Qmark=1",
    "postgresql://127.0.0.1:1/db?sslmode=Qmark",
    "postgresql://u:Qmark@127.0.0.1:1/db",
    "postgresql:/u:Qmark@127.0.0.1/db",
    "postgresql:u:Qmark@127.0.0.1/db",
    "Postgresql://u:Qmark@127.0.0.1/db",
    "jdbc:postgresql://127.0.0.1:1/db?user=u&password=Qmark",
    "mysql://u:Qmark@127.0.0.1/db",
    "u:Qmark@127.0.0.1/db",
    "Qmark",
    "host=127.0.0.1 port=1 password=Qmark Zmark",
    "host=127.0.0.1 port=1 password='Qmark",
    "host=127.0.0.1 port=1 password='Qmark'Zmark'",
    "host=127.0.0.1 port=1 password=Qmark =Zmark",
    "host=127.0.0.1 port=1 password=Qmark Zmark=1",
    "host=127.0.0.1 port=1 passwort=Qmark",
    "host=127.0.0.1 port=1 password = Qmark",
    "host=127.0.0.1 port=Qmark",
    "host=127.0.0.1 port=1 sslmode=Qmark",
    "host=127.0.0.1 port=1 connect_timeout=Qmark",
    "host=127.0.0.1 port=1 target_session_attrs=Qmark",
    "host=127.0.0.1 port=1 service=Qmark",
    "host=127.0.0.1 port=1 sslpassword=Qmark options=-cZmark",
    "host=u:Qmark@127.0.0.1 port=1",
    "host=127.0.0.1,Qmark/Zmark port=1",
    "host=127.0.0.1 port=1 user=u:Qmark",
    "host=127.0.0.1 port=1 dbname=postgresql://u:Qmark@127.0.0.1/db",
};

TEST_CASE("no piece of a password is shown, however its connection string was written, wherever it came from")
{
    for (const auto& dsn : dsns) {
        check_hidden({"config", "--dsn", dsn, "--json"});
        check_hidden({"doctor", "--dsn=" + dsn});
        check_hidden({"migrate"}, {{"ANNALS_DSN", dsn}});
        check_hidden({"projections", "list", "--read-dsn", dsn});
    }
    for (const std::string dsn : {"postgresql://u:Qmark/Zmark@127.0.0.1/db", "host=127.0.0.1 password=Qmark Zmark"}) {
        const settings_file file("dsn = \"" + dsn + "\"\n");
        for (const words& verb : {words{"config"},
                                  {"run"},
                                  {"work"},
                                  {"publish", "run"},
                                  {"categories"},
                                  {"events", "list"},
                                  {"read", "a-1"},
                                  {"tail", "a"},
                                  {"append", "a-1", "t"},
                                  {"verify", "a"},
                                  {"processes"},
                                  {"jobs", "list"},
                                  {"projections", "check", "x.sql"},
                                  {"publish", "status"},
                                  {"import", "-", "--format", "csv"}}) {
            auto line = verb;
            line.insert(line.end(), {"--config", file.path});
            check_hidden(line);
        }
    }
}

TEST_CASE("an unreadable value is named by the setting that it came from")
{
    const std::string dsn = "postgresql://u:Qmark/Zmark@127.0.0.1/db";
    const settings_file file("\n\nread_dsn = \"" + dsn + "\"\n");
    for (const auto& answer : {answer_of({"doctor", "--dsn", dsn}), answer_of({"doctor"}, {{"ANNALS_DSN", dsn}}),
                               answer_of({"projections", "list", "--config", file.path})})
        CHECK_MESSAGE(answer.find("the connection string cannot be read: ") != std::string::npos, answer);
    CHECK(answer_of({"doctor", "--dsn", dsn}).find("--dsn: the connection") != std::string::npos);
    CHECK(answer_of({"doctor"}, {{"ANNALS_DSN", dsn}}).find("ANNALS_DSN: the connection") != std::string::npos);
    CHECK(answer_of({"projections", "list", "--config", file.path}).find(file.path + ":3: the connection")
          != std::string::npos);
}

TEST_CASE("libpq's own variables may be wrong, too")
{
    for (const auto* variable : {"PGPORT", "PGSSLMODE", "PGCONNECT_TIMEOUT", "PGTARGETSESSIONATTRS", "PGPASSWORD"})
        for (const auto* verb : {"config", "doctor"}) check_hidden({verb}, {{variable, "Qmark"}});
    for (const auto* variable : {"PGDATABASE", "PGHOST", "PGUSER"})
        for (const auto* verb : {"config", "doctor"})
            check_hidden({verb}, {{variable, "postgresql://u:Qmark@127.0.0.1/db"}});
}

TEST_CASE("a line of the configuration file that cannot be read is not shown")
{
    for (const auto* line :
         {"dsn = \"postgresql://u:Qmark@127.0.0.1/db", "dsn = postgresql://u:Qmark@127.0.0.1/db", "dsn = tQmark",
          "dsn = trueQmark", "dsn = 'Qmark' Zmark", "dsn = 12Qmark", "dsn = +Qmark", "dsn = [Qmark", "dsn Qmark",
          "dsn: Qmark", "kafka.sasl.password = Qmark", "kafka.sasl.password = \"Qmark\\q\"",
          "[kafka]\nsasl.password = \"Qmark\nZmark\"", "[kafka]\nsasl.password = 1979-Qmark",
          "[kafka]\nsasl.password = \"\"\"Qmark", "[kafka]\nssl.key.pem = [\"Qmark\"]"}) {
        const settings_file file(line);
        check_hidden({"config", "--config", file.path});
    }
}

TEST_CASE("words of a command line that may belong to a password are not repeated")
{
    for (const words& line : {words{"doctor", "--dsn", "host=127.0.0.1", "password=Qmark", "Zmark"},
                              {"doctor", "--dsn", "password=Qmark", "Zmark"},
                              {"doctor", "--read-dsn=password=Qmark", "Zmark"},
                              {"doctor", "--dns", "postgresql://u:Qmark@127.0.0.1/db"},
                              {"doctor", "--dns=postgresql://u:Qmark@127.0.0.1/db"},
                              {"postgresql://u:Qmark@127.0.0.1/db"},
                              {"read", "a-1", "--limit", "postgresql://u:Qmark@127.0.0.1/db"},
                              {"config", "--set", "kafka.sasl.password:Qmark"},
                              {"config", "--set", "dsn:postgresql://u:Qmark@127.0.0.1/db?a=b"},
                              {"config", "--set", "partitions=postgresql://u:Qmark@127.0.0.1/db"},
                              {"config", "--log-level", "postgresql://u:Qmark@127.0.0.1/db"}})
        check_hidden(line);
}

TEST_CASE("Kafka's secrets are hidden, even those with a misspelt name")
{
    for (const auto* name :
         {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.passwrd",
          "sasl.jaas.config", "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret",
          "sasl.oauthbearer.extensions", "sasl.kerberos.kinit.cmd", "nothing.of.that.kind"}) {
        const std::string setting = std::string("kafka.") + name + "=Qmark";
        check_hidden({"config", "--set", setting});
        check_hidden({"doctor", "--kafka", "127.0.0.1:1", "--set", setting});
        check_hidden({"publish", "status", "--kafka", "127.0.0.1:1", "--set", setting});
    }
    check_hidden({"config", "--kafka", "SASL_SSL://u:Qmark@127.0.0.1:1"});
    check_hidden({"config"}, {{"ANNALS_KAFKA_SASL_PASSWRD", "Qmark"}});
    const auto answer = answer_of({"config", "--set", "kafka.linger.ms=7"});
    CHECK_MESSAGE(answer.find("7") != std::string::npos, answer);
}

}  // namespace
}  // namespace annals::tests
