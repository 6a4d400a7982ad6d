// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace annals::fault_runs {

/// What one check found: nothing, or sentences. Only the first few are kept.
class checked {
public:
    explicit checked(std::string name) : name_(std::move(name)) {}

    void broken(const std::string& what)
    {
        if (found_.size() < 5) found_.push_back(what);
    }
    auto name() const -> const std::string& { return name_; }
    auto found() const -> const std::vector<std::string>& { return found_; }

private:
    std::string name_;
    std::vector<std::string> found_;
};

}  // namespace annals::fault_runs
