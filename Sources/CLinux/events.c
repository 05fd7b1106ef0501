#include "events.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

int linux_epoll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int linux_event_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void linux_event_signal(int event) { eventfd_write(event, 1); }

int linux_epoll_watch(int epoll, bool adds, int descriptor, uint64_t key, bool writes) {
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (writes ? EPOLLOUT : 0), .data.u64 = key};
    return epoll_ctl(epoll, adds ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

void linux_epoll_forget(int epoll, int descriptor) {
    struct epoll_event event = {0};
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

int linux_epoll_wait(
    int epoll, struct linux_readiness *ready, int capacity, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t bits = events[i].events;
        ready[i].key = events[i].data.u64;
        ready[i].reads = (bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        ready[i].writes = (bits & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    }
    return count > 0 ? count : 0;
}
