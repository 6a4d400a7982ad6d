// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The first integer of every advisory lock that annals takes; the second says what is locked. Locks of other
/// programs do not collide with them.
namespace annals::libpq::lock_class {

inline constexpr int append = 4711;  ///< of a log (the append statements and functions take it as a literal)
inline constexpr int migrations = 4712;  ///< 0
inline constexpr int lease = 4714;  ///< of a unit that processes divide (annals.lease_holders takes it as a literal)
inline constexpr int projection = 4715;  ///< of a projection
inline constexpr int parked_mirror = 4716;  ///< 0

}  // namespace annals::libpq::lock_class
