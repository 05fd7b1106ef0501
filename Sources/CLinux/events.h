// epoll and eventfd, whose headers Swift's Glibc module does not have.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// What epoll reports of one descriptor.
struct linux_readiness {
    /// The number with which the descriptor was added.
    uint64_t key;
    /// Whether there is something to read, its end or an error.
    bool reads;
    /// Whether there is room to write, or an error.
    bool writes;
};

/// Creates an epoll instance; -1 with `errno` where that is impossible.
static inline int linux_epoll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

/// Creates a counter whose changes epoll reports; -1 with `errno` where that is impossible.
static inline int linux_event_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Changes a counter.
static inline void linux_event_signal(int event) { eventfd_write(event, 1); }

/// Adds a descriptor to an epoll instance, or changes what is reported of it; 0 where that was done.
///
/// Reports are edge-triggered: one for each arrival of bytes, and one at once where bytes are there.
/// Room to write is reported only where `writes` says so: a socket has room again each time that its
/// peer reads, which no one waits for.
static inline int linux_epoll_watch(int epoll, bool adds, int descriptor, uint64_t key, bool writes) {
    struct epoll_event event = {
        .events = EPOLLIN | EPOLLRDHUP | EPOLLET | (writes ? EPOLLOUT : 0), .data.u64 = key};
    return epoll_ctl(epoll, adds ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

/// Removes a descriptor from an epoll instance.
///
/// To close the descriptor is not enough: a child process may have a copy of it for a moment.
static inline void linux_epoll_forget(int epoll, int descriptor) {
    struct epoll_event event = {0};
    epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

/// Waits until a descriptor is ready, at most this many milliseconds; for ever where that is -1.
///
/// Returns how many entries of `ready` were filled; 0 also where a signal ended the wait. The time
/// in which the host is suspended does not count.
static inline int linux_epoll_wait(
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
