// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/sagas/definition/definition_file.hpp>
#include <examples/laboratory/sagas.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace annals::sagas {
namespace {

const std::string folder = "tests/sagas/definition/";

/// A file with this text until the end of the scope.
class temporary_file {
public:
    temporary_file(const std::string& text, const std::string& ending)
        : path_((std::filesystem::temp_directory_path() / ("annals-saga-" + std::to_string(::getpid()) + ending))
                    .string())
    {
        std::ofstream(path_, std::ios::binary) << text;
    }
    temporary_file(const temporary_file&) = delete;
    ~temporary_file() { std::filesystem::remove(path_); }

    auto path() const -> const std::string& { return path_; }

private:
    std::string path_;
};

/// Why a file cannot be read; its path is FILE there.
auto message_for(const std::string& text, const std::string& ending) -> std::string
{
    const temporary_file file(text, ending);
    try {
        (void)read_definition(file.path());
    } catch (const eventstore::invalid_request& problem) {
        std::string message = problem.what();
        if (const auto at = message.find(file.path()); at != std::string::npos)
            message.replace(at, file.path().size(), "FILE");
        return message;
    }
    return "nothing was thrown";
}

TEST_CASE("a TOML file and a JSON file define what C++ does")
{
    CHECK(read_definition(folder + "sample_processing_workflow.toml") == laboratory::sample_processing_workflow());
    CHECK(read_definition(folder + "sequencing_with_quality.json") == laboratory::sequencing_with_quality());
}

TEST_CASE("the files on the page of definitions define what its C++ does")
{
    for (const std::string kind : {"toml", "json"}) {
        const temporary_file file(tests::code_below("docs/reference/saga-definitions.md", "Files", kind), "." + kind);
        CHECK(read_definition(file.path()) == laboratory::reserve_process_update());
    }
}

TEST_CASE("a trigger, and steps in one line each, are read from TOML")
{
    const temporary_file file(R"(
name = "pdf"
timeout = "1 h"
parallel_compensation = false
started_by = { category = "document", type = "document.uploaded" }
steps = [
  { id = "read", service = "ai", compensation = "forget" },
  { id = "agree", compensation = false, signal = "agreed", timeout = "2 h", after = ["read"] },
]
)",
                              ".toml");
    using namespace std::chrono_literals;
    CHECK(read_definition(file.path())
          == definition{.name = "pdf",
                        .started_by = trigger{"document", "document.uploaded"},
                        .timeout = 1h,
                        .parallel_compensation = false,
                        .steps = {{.id = "read", .service = "ai", .compensation = "forget"},
                                  {.id = "agree",
                                   .compensation = no_compensation,
                                   .timeout = 2h,
                                   .after = {"read"},
                                   .signal = "agreed"}}});
}

TEST_CASE("what is wrong in a TOML file is said with its line")
{
    const std::string begin = "name = \"small\"\n\n[[steps]]\nid = \"a\"\nservice = \"s\"\ncompensation = false\n";
    CHECK(message_for(begin + "retries = \"1\"\n", ".toml")
          == "FILE:7: the saga small: steps[0] a: retries: \"1\" is not a whole number");
    CHECK(message_for(begin + "timeuot = 1\n", ".toml")
              .starts_with("FILE:7: the saga small: steps[0] a: timeuot: a step"));
    CHECK(message_for(begin + "after = [\n\"a\",\n\"b\"]", ".toml")
          == "FILE: the saga small has 2 problems:\n"
             "  line 8: steps[0] a: after[0]: it is the step itself\n"
             "  line 9: steps[0] a: after[1]: there is no step \"b\"");
    CHECK(message_for(begin + "[[steps]]\nid = \"b\"\ncompensation = false\n", ".toml")
          == "FILE:7: the saga small: steps[1] b: says neither a service, nor a signal, nor a saga");
    CHECK(message_for(begin + "[started_by]\ncategory = \"c\"\n", ".toml")
          == "FILE:7: the saga small: started_by.type: is missing");
    CHECK(message_for("description = \"empty\"", ".toml")
          == "FILE: the saga has 2 problems:\n  name: is missing\n  steps: there are none");
}

TEST_CASE("the page of definitions shows a message as it is")
{
    auto text = tests::code_below("docs/reference/saga-definitions.md", "Files", "toml");
    text.replace(text.find("retries = 2"), 11, "retries = \"2\"");
    text.replace(text.find("\"5 min\""), 7, "300");
    auto shown = tests::code_below("docs/reference/saga-definitions.md", "Files", "text");
    shown.replace(shown.find("sagas/run.toml"), 14, "FILE");
    CHECK(message_for(text, ".toml") + "\n" == shown);
}

TEST_CASE("what is no TOML is said with its line")
{
    CHECK(message_for("name = \"small\"\nversion =\n", ".toml")
              .starts_with("FILE:2: Error while parsing key-value pair"));
    CHECK(message_for("name = \"a\"\nname = \"b\"\n", ".toml").starts_with("FILE:2: "));
    CHECK(message_for("\nname = \"\xff\"\n", ".toml").starts_with("FILE:2: "));
    CHECK(message_for("name = \"a\"\ndescription = 2026-11-28\n", ".toml")
          == "FILE:2: description: a date or a time is not a value of a saga");
    CHECK(message_for("description = 2026-11-28T10:00:00Z\n", ".toml").starts_with("FILE:1: description: a date"));
    CHECK(message_for("description = nan\n", ".toml") == "FILE:1: the saga: description: null is not a text");
}

TEST_CASE("what is wrong in a JSON file is said with the file, and with the line when it is no JSON")
{
    CHECK(message_for(R"({"name": "small", "steps": []})", ".json") == "FILE: the saga small: steps: there are none");
    CHECK(message_for("{\"name\": \"small\",\n \"steps\": [\n]\n", ".json")
              .starts_with("FILE:4: syntax error while parsing"));
    CHECK(message_for("{\"name\": \"small\",\n \"steps\": [,]}\n", ".json")
              .starts_with("FILE:2: syntax error while parsing"));
    CHECK(message_for("{\"name\": \"\xff\"}", ".json") == "FILE: it is not valid UTF-8");
    CHECK(message_for(R"({"name": "a", "name": "b"})", ".json")
          == "FILE: it holds the member \"name\" twice in one object");
    CHECK(message_for("[]", ".json") == "FILE: it is not a JSON object");
}

TEST_CASE("a file that is not there, is empty, or is of another kind is refused")
{
    CHECK_THROWS_WITH_AS(read_definition("no/such.toml"), "no/such.toml cannot be read, or is empty",
                         eventstore::invalid_request);
    CHECK(message_for("", ".json") == "FILE cannot be read, or is empty");
    CHECK_THROWS_WITH_AS(read_definition("saga.yaml"),
                         "saga.yaml is no definition of a saga: its name ends in .toml or .json",
                         eventstore::invalid_request);
}

}  // namespace
}  // namespace annals::sagas
