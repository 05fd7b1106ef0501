// What gives a terminal back when nothing else can any more: after a crash or exit().
//
// In C, since a signal handler may only do what is async-signal-safe, and Swift promises that of
// nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Begins to guard a terminal.
///
/// Its modes are remembered. Until the end of the guard, what is written to standard error is
/// held back where standard error is a terminal, since it would run over the screen; it is
/// written when the guard ends, however it ends.
///
/// `restore` is what brings the terminal from the screen back to lines; it is copied. Returns
/// false when the terminal's modes cannot be read; then nothing was done.
bool terminal_guard_begin(int terminal, const char *restore, size_t length);

/// Says where frames are written, a descriptor of its own: after a crash nothing that is written
/// there reaches the terminal. -1 before it is closed.
void terminal_guard_take_frames(int file);

/// Gives standard error back for a while, as for a suspension, or takes it again.
void terminal_guard_hold_errors(bool hold);

/// Gives the terminal the modes that it had when the guard began.
void terminal_guard_restore_modes(void);

/// Ends the guard: writes what was held back, and leaves the terminal to its user, who has
/// restored it.
void terminal_guard_end(void);

/// A file in memory, which Swift's import of the system cannot make; -1 where there is none.
int terminal_guard_memory(void);

/// Makes an overflow of the calling thread's stack a crash that the guard handles too.
void terminal_guard_cover_thread(void);
