// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/operations/job_table.hpp>
#include <annals/projections/rebuild/swap.hpp>

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

/// Rebuilding a read model beside the live one, step by step, for whatever door an operator comes through.
namespace annals::operations {

using projections::rebuild::version_pair;

/// What a rebuild makes live: the newest version that waits, or else a copy of the live one. A file is registered
/// first. The copy of another program's view or table is registered by that program, when it builds it: until then it
/// has no registration. Throws `failure` when there is no such projection, or nothing to rebuild.
auto rebuild_target(app::context&, pqxx::connection& model, const std::string& projection,
                    const std::optional<projections::definition>& file) -> version_pair;

/// The same for a copy that only verifies the live version.
auto verification_target(app::context&, pqxx::connection& model, const std::string& projection) -> version_pair;

/// What a comparison compares the live version with: one that is built or was built, or the one that was live before.
/// Throws `failure` when there is none.
auto comparison_target(const app::context&, pqxx::connection& model, const std::string& projection) -> version_pair;

/// What a roll-back makes live again. Throws `failure` when no version is kept.
auto rollback_target(const app::context&, pqxx::connection& model, const std::string& projection) -> version_pair;

/// A job that builds a version, in whichever process knows it; in this one when no other does. When it ends, the job
/// is cancelled, unless it was left to others: what is built stays, and another job goes on with it. For one thread.
class requested_build {
public:
    /// `asked`: by whom and why. A job for the same version that is open already is used.
    requested_build(app::context&, const processors::processor_id& version, const job& asked);
    ~requested_build();

    /// Call it a few times a second. Throws `failure` when the job has failed or was cancelled, and when no running
    /// process knows the projection, naming the program that knew it last.
    void look();
    /// Lets another process go on. False when it is built in this one.
    auto leave() -> bool;
    /// After a swap: events are applied until workers have taken over, for two seconds at most; then the job is done.
    void hand_over();

    auto number() const -> std::int64_t { return number_; }

private:
    using clock = std::chrono::steady_clock;

    auto place(const job& asked) -> std::int64_t;
    void build_here(const job&);
    auto is_known_to_others() -> bool;
    [[noreturn]] void refuse();

    app::context& context_;
    processors::processor_id version_;
    job_table jobs_;
    std::int64_t number_;
    eventstore::uuid process_ = eventstore::new_uuid();
    clock::time_point began_ = clock::now(), next_try_ = began_;
    bool can_build_ = false;
    bool is_left_ = false;
    std::jthread building_;  // last: ends before what it uses
};

/// The built version as it is registered now; the same again while it is not.
void learn_registration(pqxx::connection& model, version_pair&);

}  // namespace annals::operations
