// SPDX-License-Identifier: Apache-2.0
/// C11's threads (those of librdkafka) as POSIX threads. GCC's thread sanitizer does not know C11's: a thread whose
/// beginning it did not see crashes, and a lock that it did not see orders nothing. Only in a build for that
/// sanitizer, where these functions replace glibc's. They use glibc's types (so glibc's own functions initialise and
/// destroy them).
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <pthread.h>

namespace {

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && alignof(mtx_t) <= alignof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t) && alignof(cnd_t) <= alignof(pthread_cond_t));
static_assert(sizeof(thrd_t) == sizeof(pthread_t));

struct beginning {
    thrd_start_t function;
    void* argument;
};

auto run(void* given) -> void*
{
    const auto [function, argument] = *std::unique_ptr<beginning>(static_cast<beginning*>(given));
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(function(argument)));
}

auto posix(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
auto posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

auto answer(int error) -> int
{
    switch (error) {
        case 0: return thrd_success;
        case ENOMEM: return thrd_nomem;
        case EBUSY: return thrd_busy;
        case ETIMEDOUT: return thrd_timedout;
        default: return thrd_error;
    }
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument)
{
    auto begin = std::make_unique<beginning>(function, argument);
    const int error = pthread_create(thread, nullptr, run, begin.get());
    if (error == 0) static_cast<void>(begin.release());
    return answer(error);
}

int thrd_join(thrd_t thread, int* result)
{
    void* returned = nullptr;
    const int error = pthread_join(thread, &returned);
    if (error == 0 && result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    return answer(error);
}

int mtx_lock(mtx_t* mutex) { return answer(pthread_mutex_lock(posix(mutex))); }
int mtx_unlock(mtx_t* mutex) { return answer(pthread_mutex_unlock(posix(mutex))); }

int cnd_signal(cnd_t* condition) { return answer(pthread_cond_signal(posix(condition))); }
int cnd_broadcast(cnd_t* condition) { return answer(pthread_cond_broadcast(posix(condition))); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) { return answer(pthread_cond_wait(posix(condition), posix(mutex))); }
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until)
{
    return answer(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}
}
