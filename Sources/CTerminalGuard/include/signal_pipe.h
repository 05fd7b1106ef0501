// Signals as records in a pipe.
//
// Dispatch's own signal sources see only what every thread blocks, and Swift's main thread blocks
// nothing while it waits. In C, since a signal handler may only do what is async-signal-safe, and
// Swift promises that of nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/// A signal, and when it came.
struct caught_signal {
    int number;
    /// By CLOCK_MONOTONIC, at the signal itself: the reader of the pipe may be late.
    struct timespec time;
};

/// Whether a signal is ignored.
bool signal_is_ignored(int number);

/// Catches signals: each is written to a pipe as a `caught_signal`.
///
/// A signal that is ignored stays ignored, and one that is caught already stays with its pipe.
/// Returns the end to read from, non-blocking; -1 where there is none. The pipe is never closed:
/// a handler on another thread may be about to write to it.
int signal_pipe_open(const int *signals, size_t count);

/// Gives signals that are caught the actions that they had before.
void signal_pipe_release(const int *signals, size_t count);
