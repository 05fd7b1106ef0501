#define _GNU_SOURCE
#include "signal_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { signal_limit = 65 };

/// For each caught signal the end of its pipe to write to, plus 1; 0 where it is not caught.
///
/// Atomic, since a handler on one thread reads it while another thread releases the signal; a
/// lock-free atomic may be used in a handler.
static _Atomic int writing_ends[signal_limit];
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler may use lock-free atomics alone");
static struct sigaction actions_before[signal_limit];

static void caught(int signal) {
    int error = errno;
    int end = signal > 0 && signal < signal_limit ? atomic_load(&writing_ends[signal]) - 1 : -1;
    if (end >= 0) {
        struct caught_signal record = {.number = signal};
        clock_gettime(CLOCK_MONOTONIC, &record.time);
        // A full pipe already holds more signals than any reader needs. A record is smaller than
        // PIPE_BUF, so it is written whole or not at all.
        if (write(end, &record, sizeof record) < 0) {}
    }
    errno = error;
}

bool signal_is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int signal_pipe_open(const int *signals, size_t count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    for (size_t i = 0; i < count; i++) {
        int number = signals[i];
        if (number <= 0 || number >= signal_limit) continue;
        if (atomic_load(&writing_ends[number]) != 0) continue;
        // A parent that ignores a signal (nohup, `&` in a script) wants its children to.
        if (signal_is_ignored(number)) continue;
        atomic_store(&writing_ends[number], ends[1] + 1);
        struct sigaction action = {.sa_handler = caught, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, &actions_before[number]);
    }
    return ends[0];
}

void signal_pipe_release(const int *signals, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int number = signals[i];
        if (number <= 0 || number >= signal_limit) continue;
        if (atomic_load(&writing_ends[number]) == 0) continue;
        sigaction(number, &actions_before[number], NULL);
        atomic_store(&writing_ends[number], 0);
    }
}
