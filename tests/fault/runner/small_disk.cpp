// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/small_disk.hpp>

#include <tests/support/child.hpp>

#include <pwd.h>
#include <sched.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <vector>

namespace annals::fault_runs {
namespace {

constexpr auto bytes = 2LL << 30;
constexpr auto left_free = 16LL << 10;

auto failed(const std::string& what) -> std::string { return what + ": " + std::strerror(errno); }

/// Its complaint, or nothing.
auto run(const std::vector<std::string>& command) -> std::string
{
    tests::child program(command);
    return program.wait().exit_code == 0 ? "" : program.name() + ": " + program.output();
}

}  // namespace

small_disk::small_disk() : why_not_(make()) {}

small_disk::~small_disk()
{
    if (place_.empty()) return;
    ::umount2((place_ + "/disk").c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove_all(place_, ignored);
}

/// Returns why there is none.
auto small_disk::make() -> std::string
{
    if (::geteuid() != 0) return "a file system can be mounted by root only";
    const auto* const server_user = ::getpwnam("postgres");
    if (server_user == nullptr) return "there is no user postgres";
    if (::unshare(CLONE_NEWNS) || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr))
        return failed("no mounts of its own");
    // PostgreSQL's user gets there from every checkout (tools/dev.d/postgres.sh). mkdtemp fills in the X.
    std::string place = "/var/tmp/annals-disk-XXXXXX";
    if (::mkdtemp(place.data()) == nullptr) return failed("no temporary folder");
    place_ = place;
    ::chmod(place_.c_str(), 0711);
    const auto image = place_ + "/image", disk = place_ + "/disk";
    std::filesystem::create_directory(disk);
    const int file = ::open(image.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0 || ::ftruncate(file, bytes)) return failed(image);
    ::close(file);
    for (const auto& command : {std::vector<std::string>{"/sbin/mkfs.ext4", "-q", "-m", "0", image},
                                {"/bin/mount", "-o", "loop", image, disk}})
        if (auto problem = run(command); !problem.empty()) return problem;
    std::filesystem::create_directory(folder());
    if (::chown(folder().c_str(), server_user->pw_uid, server_user->pw_gid)) return failed(folder());
    return {};
}

void small_disk::fill() const
{
    struct statvfs now{};
    if (::statvfs((place_ + "/disk").c_str(), &now)) return;
    const auto free = static_cast<long long>(now.f_bavail) * static_cast<long long>(now.f_frsize);
    const int file = ::open((place_ + "/disk/ballast").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    for (auto wanted = free - left_free; wanted > 0 && ::posix_fallocate(file, 0, wanted) != 0;)
        wanted -= 1 << 20;                   // the file system needs some for itself
    ::close(file);
}

void small_disk::free() const
{
    if (place_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove(place_ + "/disk/ballast", ignored);
}

}  // namespace annals::fault_runs
