// SPDX-License-Identifier: Apache-2.0
#include <cli/verbs/verbs.hpp>

namespace annals::cli {

void add_verbs(CLI::App& app, session& session)
{
    add_migrate(app, session);
    add_config(app, session);
}

}  // namespace annals::cli
