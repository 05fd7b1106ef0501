// epoll and eventfd, whose headers Swift's Glibc module does not have.
#pragma once
#include <stdbool.h>
#include <stdint.h>

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
int linux_epoll_open(void);

/// Creates a counter whose changes epoll reports; -1 with `errno` where that is impossible.
int linux_event_open(void);

/// Changes a counter.
void linux_event_signal(int event);

/// Adds a descriptor to an epoll instance, or changes what is reported of it; 0 where that was done.
///
/// Reports are edge-triggered: one for each arrival of bytes, and one at once where bytes are there.
/// Room to write is reported only where `writes` says so: a socket has room again each time that its
/// peer reads, which no one waits for.
int linux_epoll_watch(int epoll, bool adds, int descriptor, uint64_t key, bool writes);

/// Removes a descriptor from an epoll instance.
///
/// To close the descriptor is not enough: a child process may have a copy of it for a moment.
void linux_epoll_forget(int epoll, int descriptor);

/// Waits until a descriptor is ready, at most this many milliseconds; for ever where that is -1.
///
/// Returns how many entries of `ready` were filled; 0 also where a signal ended the wait. The time
/// in which the host is suspended does not count.
int linux_epoll_wait(
    int epoll, struct linux_readiness *ready, int capacity, int milliseconds);
