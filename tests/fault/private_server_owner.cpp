// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/private_server.hpp>

#include <iostream>
#include <unistd.h>

/// A test that is killed while it has a server: says which, and waits for that.
int main(int, char** argv)
{
    const annals::tests::private_server server(argv[1]);
    std::cout << server.name() << '\n' << std::flush;
    while (true) ::pause();
}
