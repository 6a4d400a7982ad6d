// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/diagram.hpp>
#include <examples/laboratory/sagas.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <string>

namespace annals::sagas {
namespace {

TEST_CASE("a saga is drawn with its branches, its compensations and its pivot")
{
    const definition of{.name = "order",
                        .started_by = trigger{"document", "document.uploaded"},
                        .steps = {{.id = "a", .service = "sample", .compensation = "undo_a"},
                                  {.id = "b", .name = "Second", .service = "ai", .action = "do_b", .after = {"a"}},
                                  {.id = "c", .service = "ai", .after = {"a"}},
                                  {.id = "d", .service = "ai", .after = {"b", "c"}, .pivot = true}}};
    CHECK(mermaid(of) == R"(---
title: "order, version 1"
---
flowchart TD
    s0["a<br>sample"]
    s1["Second<br>ai#58; do_b"]
    s2["c<br>ai"]
    s3["d<br>ai<br>pivot"]:::pivot
    start(["document#46;uploaded"])
    start --> s0
    s0 --> s1
    s0 --> s2
    s1 --> s3
    s2 --> s3
    u0("undo_a"):::undo
    s0 -.-> u0
    classDef pivot stroke-width:4px
    classDef undo stroke-dasharray:4
)");
}

TEST_CASE("the page of definitions shows a drawing as it is")
{
    CHECK(tests::code_below("docs/reference/saga-definitions.md", "Drawing", "mermaid")
          == mermaid(laboratory::sequencing_with_quality()));
}

TEST_CASE("signals and sagas that are run have shapes of their own")
{
    const auto text = mermaid(
        {.name = "order", .steps = {{.id = "end", .signal = "approved"}, {.id = "tube", .saga = "order_tube"}}});
    CHECK(text.contains("    s0{{\"end<br>waits for the signal approved\"}}\n"));
    CHECK(text.contains("    s1[[\"tube<br>runs the saga order_tube\"]]\n"));
}

TEST_CASE("a text cannot end its label, nor be taken for Markdown or HTML")
{
    const auto text =
        mermaid({.name = "or\"der", .steps = {{.id = "a", .name = "1. say \"<b>#`&\\\nß", .service = "sample"}}});
    CHECK(text.contains("    s0[\"1#46; say #34;#60;b#62;#35;#96;#38;#92;<br>ß<br>sample\"]\n"));
    CHECK(text.contains("title: \"or\\\"der, version 1\"\n"));
}

TEST_CASE("a definition that makes no sense is drawn as far as it can be")
{
    const auto text =
        mermaid({.name = "order", .steps = {{.id = "a", .after = {"b", "z"}}, {.id = "b", .after = {"a"}}}});
    CHECK(text.contains("    s1 --> s0\n    s0 --> s1\n"));
}

}  // namespace
}  // namespace annals::sagas
