// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>

// Boost.Describe takes 52 members. With 53 to 104 of them, the 105th item below is the one that says so.
// clang-format off
#define ANNALS_ITEM_105( \
    _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, \
    _24, _25, _26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43, _44, \
    _45, _46, _47, _48, _49, _50, _51, _52, _53, _54, _55, _56, _57, _58, _59, _60, _61, _62, _63, _64, _65, \
    _66, _67, _68, _69, _70, _71, _72, _73, _74, _75, _76, _77, _78, _79, _80, _81, _82, _83, _84, _85, _86, \
    _87, _88, _89, _90, _91, _92, _93, _94, _95, _96, _97, _98, _99, _100, _101, _102, _103, _104, \
    item, ...) item

#define ANNALS_FOUR(x) x, x, x, x
#define ANNALS_52(x) \
    ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), \
    ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x), ANNALS_FOUR(x)

#define ANNALS_EXPANDED(macro, ...) macro(__VA_ARGS__)
#define ANNALS_DESCRIBE(Type, ...) \
    ANNALS_EXPANDED(ANNALS_ITEM_105, __VA_ARGS__ __VA_OPT__(,) ANNALS_52(ANNALS_REFUSE_FIELDS), \
                    ANNALS_52(ANNALS_TAKE_FIELDS), ANNALS_TAKE_FIELDS, ~)(Type __VA_OPT__(,) __VA_ARGS__)
// clang-format on

#define ANNALS_REFUSE_FIELDS(Type, ...) \
    static_assert(false, "annals: " #Type " has more than 52 fields: put some of them into a struct of their own");
#define ANNALS_TAKE_FIELDS(Type, ...)                                                                       \
    BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))                                                          \
    [[maybe_unused]] constexpr auto annals_struct_name(const Type*) -> ::std::string_view { return #Type; } \
    static_assert(::annals::facts::detail::names_every_field<Type>(),                                       \
                  "annals: " #Type ": the macro line does not name every field of the struct");
