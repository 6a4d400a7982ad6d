// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/outbox.hpp>

namespace annals::sagas {
namespace {

const kafka::not_sent too_late{.reason = "its time is over", .is_for_good = false};

}  // namespace

void outbox::send(letter one)
{
    auto kept = std::make_shared<const letter>(std::move(one));
    {
        const std::scoped_lock lock(mutex_);
        if (!is_open_) {
            waiting_.push_back(std::move(kept));
            return;
        }
    }
    pass_on(kept);
}

void outbox::pass_on(const kept_letter& one)
{
    if (one->until <= eventstore::now()) return one->ended(too_late);
    const auto refused = sender_.send(one->topic, one->what, [this, one](const std::optional<kafka::not_sent>& why) {
        if (why && !why->is_for_good) keep(one);
        else one->ended(why);
    });
    if (!refused) return;
    if (refused->is_for_good) one->ended(refused);
    else keep(one);
}

void outbox::keep(kept_letter one)
{
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(one));
}

void outbox::send_again()
{
    std::deque<kept_letter> waited;
    {
        const std::scoped_lock lock(mutex_);
        if (!is_open_) return;
        waited.swap(waiting_);
    }
    for (const auto& one : waited) pass_on(one);
}

void outbox::open()
{
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
}

void outbox::close()
{
    const std::scoped_lock lock(mutex_);
    is_open_ = false;
}

void outbox::forget_late(eventstore::timestamp now)
{
    std::deque<kept_letter> late;
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(waiting_, [&](const auto& one) {
            if (one->until > now) return false;
            late.push_back(one);
            return true;
        });
    }
    for (const auto& one : late) one->ended(too_late);
}

}  // namespace annals::sagas
