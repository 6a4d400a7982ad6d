// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/advance.hpp>

#include <annals/sagas/advance/deciding.hpp>

namespace annals::sagas {

auto advance(const plan& known, const instance& before, const input& one, const moment& at)
    -> std::expected<std::vector<saga_fact>, std::string>
{
    deciding decision(known, before, at);
    if (auto taken = decision.take(one); !taken) return std::unexpected(std::move(taken.error()));
    decision.settle();
    return std::move(decision).facts();
}

auto idempotency_key(const std::string& saga_id, const std::string& step, direction where) -> std::string
{
    return saga_id + "/" + step + (where == direction::backward ? "/undo" : "");
}

}  // namespace annals::sagas
