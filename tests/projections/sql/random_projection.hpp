// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidcheck.h>

#include <string>

namespace annals::tests {

/// SQL projections over the categories `thing` and `other`, whose rows do not depend on where batches are cut, as
/// docs/guide/sql-projections.md promises it for what their heads say. Each has one or several tables with one or two
/// blocks each: counters, a row an event, the last or first value, texts in the order of events, deletes, blocks that
/// read their own table or another one. Some events cannot be applied: numbers that are none, keys that are taken.
auto any_projection() -> rc::Gen<std::string>;

}  // namespace annals::tests
