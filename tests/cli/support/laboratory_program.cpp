// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/sample.hpp>
#include <examples/laboratory/sample_card.hpp>
#include <examples/laboratory/worklist.hpp>

/// A program whose author names types of each kind, for the tests.
int main(int argc, char** argv)
{
    using namespace laboratory;
    return annals::cli::program{"laboratory", "A sequencing laboratory on annals."}
        .aggregate<sample, create_sample, validate_sample>()
        .aggregate<barcode>()
        .projections<sample_card, worklist>()
        .sql("examples/laboratory/sample_counts.sql")
        .run(argc, argv);
}
