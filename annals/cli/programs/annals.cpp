// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>

/// The program without types: it runs SQL projections, whose text is in the database.
int main(int argc, char** argv)
{
    return annals::cli::program{"annals",
                                "an event store on PostgreSQL that feeds Kafka and keeps read models up to date"}
        .run(argc, argv);
}
