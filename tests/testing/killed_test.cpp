// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/database/temporary_database.hpp>

#include <iostream>
#include <unistd.h>

/// A test that makes a database, says its name, and goes on until it is killed.
int main()
{
    const annals::testing::temporary_database database;
    std::cout << database.name() << std::endl;
    for (;;) ::pause();
}
