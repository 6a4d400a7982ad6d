// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace annals::cli {

class session;

/// The verbs that build read models beside the live ones: `projections rebuild`, `diff` and `rollback`.
void add_projection_rebuilds(CLI::App& group, session&);

}  // namespace annals::cli
