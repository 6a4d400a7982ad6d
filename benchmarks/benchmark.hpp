// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace annals::benchmarks {

/// An option of a benchmark, such as `--seconds 2`.
struct option_of {
    enum class kind { number, text, flag };

    std::string_view name;
    std::string_view says;                    ///< its purpose, and its default
    kind takes = kind::number;
    double least = 0;                         ///< the smallest number allowed
};

/// A benchmark: `./dev bench NAME [arguments]`. It is in a file of its name.
struct benchmark {
    std::string_view name;
    std::string_view says;                    ///< what it measures, in one line
    void (*run)(std::span<char*> arguments);
    std::span<const option_of> options;
};

void append(std::span<char*> arguments);
void append_at_size(std::span<char*> arguments);
void catching_up(std::span<char*> arguments);
void contention(std::span<char*> arguments);
void end_to_end(std::span<char*> arguments);
void loading(std::span<char*> arguments);
void one_order(std::span<char*> arguments);
void peers(std::span<char*> arguments);
void reading(std::span<char*> arguments);
void saga_timers(std::span<char*> arguments);
void sagas_completed(std::span<char*> arguments);
void waiting(std::span<char*> arguments);

/// The value of `--name value` among the checked arguments, or a default.
auto option(std::span<char*> arguments, std::string_view name, double otherwise) -> double;

/// The same for text; empty when it is not there.
auto text_option(std::span<char*> arguments, std::string_view name) -> std::string_view;

/// Whether `--name` is among the arguments.
auto has(std::span<char*> arguments, std::string_view name) -> bool;

}  // namespace annals::benchmarks
