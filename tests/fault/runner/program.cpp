// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/fault_facts.hpp>

/// A user's program, with a view and a table of its own.
int main(int argc, char** argv)
{
    using namespace annals::fault_runs;
    return annals::cli::program{"fault_program", "The read models of a fault run."}
        .projections<fault_card, fault_steps>()
        .run(argc, argv);
}
