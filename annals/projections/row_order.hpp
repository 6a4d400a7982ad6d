// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>
#include <annals/projections/header.hpp>

/// What the order of a read model's rows means for the processor that keeps it.
namespace annals::projections {

constexpr auto distribution_of(row_order order) -> processors::work_distribution
{
    return order == row_order::by_key ? processors::work_distribution::by_log : processors::work_distribution::whole;
}

constexpr auto log_order_of(row_order order) -> processors::log_order
{
    return order == row_order::one ? processors::log_order::one : processors::log_order::any;
}

}  // namespace annals::projections
