// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/engine/request.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// How an attempt ended.
struct [[nodiscard]] outcome {
    eventstore::json result = {};                  ///< of an attempt that succeeded; later steps see it
    std::optional<std::string> error = {};         ///< it failed
    bool retryable = true;                         ///< whether another attempt may succeed
    bool outcome_unknown = false;                  ///< whether it may have had an effect although it failed
};

/// It is done. `result`: what later steps may need to know.
inline auto done(eventstore::json result = {}) -> outcome { return {.result = std::move(result)}; }
/// It is refused, always will be, and nothing was done: the saga is undone.
inline auto failed(std::string reason) -> outcome { return {.error = std::move(reason), .retryable = false}; }
/// It did not work this time, and nothing was done.
inline auto try_again(std::string reason) -> outcome { return {.error = std::move(reason)}; }
/// It did not work this time, and nobody knows what was done: the step is undone unless another attempt succeeds.
inline auto in_doubt(std::string reason) -> outcome { return {.error = std::move(reason), .outcome_unknown = true}; }

/// A service that does steps of sagas. Thread-safe.
class participant {
public:
    virtual ~participant() = default;

    /// The service's name, as steps have it.
    virtual auto service() const -> std::string = 0;
    /// Whether it can be asked for this action, as far as is known here.
    virtual auto knows(const std::string& action) const -> bool = 0;
    /// Does it, sooner or later, and then says how it ended, from any thread. Must not wait. An answer that comes after
    /// the deadline may be left out.
    virtual void ask(request, std::function<void(outcome)> answer) = 0;
};

using participant_list = std::vector<std::shared_ptr<participant>>;

}  // namespace annals::sagas
