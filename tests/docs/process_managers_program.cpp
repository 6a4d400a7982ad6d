// SPDX-License-Identifier: Apache-2.0
// The program of docs/guide/process-managers.md. tests/docs/pages_test.cpp checks that it is the same;
// tests/docs/process_managers_program_test.cpp runs it.
// clang-format off
#include <tests/docs/fulfilment.hpp>

using namespace shop;

int main(int argc, char** argv)
{
    return cli::program{"shop", "A shop on annals."}
        .aggregate<order, place, pay, cancel>()
        .aggregate<parcel, pack>()
        .process_managers<fulfilment>()
        .run(argc, argv);
}
// clang-format on
