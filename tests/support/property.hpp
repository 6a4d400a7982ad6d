// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>

namespace annals::tests {

/// Fails the test when the property does not hold for some generated values; rapidcheck shows the smallest.
template <class Property>
void check_property(const std::string& says, Property&& property)
{
    CHECK_MESSAGE(rc::check(says, std::forward<Property>(property)), says);
}

}  // namespace annals::tests
