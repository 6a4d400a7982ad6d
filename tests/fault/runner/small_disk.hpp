// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace annals::fault_runs {

/// A file system of two gigabytes in a file, for a tablespace that can be full. Only this process and those that it
/// starts later see it; it is gone when the last of them ends.
class small_disk {
public:
    /// Before the process has a second thread. Where the machine does not allow it there is none: `why_not`.
    small_disk();
    /// None, for a run that does without.
    explicit small_disk(std::string why_not) : why_not_(std::move(why_not)) {}
    ~small_disk();
    small_disk(const small_disk&) = delete;
    auto operator=(const small_disk&) -> small_disk& = delete;

    auto why_not() const -> const std::string& { return why_not_; }
    /// A folder for PostgreSQL's user.
    auto folder() const -> std::string { return place_ + "/disk/tablespace"; }

    void fill() const;                       ///< all but a few kilobytes
    void free() const;

private:
    auto make() -> std::string;

    std::string place_, why_not_;
};

}  // namespace annals::fault_runs
