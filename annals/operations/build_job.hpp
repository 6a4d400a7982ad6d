// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/operations/job_table.hpp>
#include <annals/processors/processor.hpp>
#include <annals/projections/registry.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

/// Building a version of a projection is a job: the process that takes it must know the projection. It applies events
/// until workers have taken over.
namespace annals::operations {

inline constexpr auto build_projection = "build projection";

/// The job that builds this version, or this copy of one.
auto build_job(const processors::processor_id& version, const std::string& reason) -> job;

using processor_maker = std::function<std::shared_ptr<processors::processor>()>;

/// Makes processors for a registered version or a copy of one. Empty when this program does not know it, or knows it
/// with another definition.
auto maker_of(const app::program_types&, const projections::registry::entry&) -> processor_maker;

/// Whether this program can build a version that workers do not apply. A copy of its own view or table need not be
/// there yet.
auto can_build(const app::context&, const processors::processor_id& version) -> bool;

/// The definition of a version that this program knows, to make a copy of it; nothing when it does not.
auto definition_for_copy(const app::program_types&, const projections::registry::entry&)
    -> std::optional<projections::definition>;

/// Builds until workers have taken over, the job is cancelled, or a stop is requested; then another process may take
/// the job. Makes the copy that is built unless it is there. Throws `unavailable`; then the job stays as it is.
void carry_out_build(app::context&, const job&, const std::stop_token&);

/// Ends a job whose build met an error that does not pass.
void end_failed_build(const app::context&, const job&, const std::exception& why);

/// A part of a process: builds what its program knows, one version at a time, in a thread of its own.
class build_worker {
public:
    build_worker(app::context& context, const eventstore::uuid& process) : context_(context), process_(process) {}

    /// Takes a job, if there is one and none is under way. Call it about once a second, from one thread.
    void take_next(job_table&);

private:
    app::context& context_;
    eventstore::uuid process_;
    std::atomic<bool> is_busy_ = false;
    std::atomic<std::int64_t> interrupted_ = 0;  ///< a job that an outage has ended, to be given back; 0: none
    std::jthread building_;  // last: ends before what it uses
};

}  // namespace annals::operations
