// SPDX-License-Identifier: Apache-2.0
#include <tests/commands/laboratory.hpp>

namespace annals::tests {

using commands::refuse;

auto sample::decide(const create_sample& command) const -> decision
{
    if (now != stage::unknown) return refuse("this sample exists already", "exists");
    return decision{
        sample_created{.barcode = command.barcode, .sample_type = command.sample_type, .priority = command.priority}}
        .claiming<barcode>(command.barcode, barcode_taken{}, refuse("this barcode is already in use", "barcode"));
}

auto sample::decide(const validate_sample& command) const -> decision
{
    if (now == stage::validated) return {};
    if (now != stage::expected) return refuse("only an expected sample can be validated");
    return sample_validated{command.by, command.volume_ml};
}

auto sample::decide(const reject_sample& command) const -> decision
{
    if (now == stage::gone || now == stage::unknown) return refuse("only a sample that is there can be rejected");
    return sample_rejected{command.reason};
}

auto sample::decide(const finish_sample& command) const -> decision
{
    if (now == stage::gone) return {};
    return {sample_validated{.by = command.by}, sample_archived{}};
}

}  // namespace annals::tests
