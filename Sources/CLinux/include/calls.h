// Calls of Linux that Swift's Glibc module does not show.
#pragma once
#include <stdint.h>

/// Finds what is at a path for a process whose root folder is `root`: absolute links and `..`
/// stay inside of it (`RESOLVE_IN_ROOT`). Returns a descriptor that only names it (`O_PATH`).
///
/// glibc has no wrapper for `openat2`, `syscall` is variadic, which Swift does not import, and
/// `O_PATH` wants a feature macro.
///
/// Source: openat2(2), linux/openat2.h; the numbers are the same on every architecture.
int linux_find_in_root(const char *root, const char *path);

/// Locks or unlocks one byte of an open file, at once or not at all; 0 where that was done.
///
/// The lock belongs to the open file and ends with it. `fcntl` is variadic, and `F_OFD_SETLK` wants
/// a feature macro.
///
/// Source: fcntl_locking(2); the number is the same on every architecture.
int linux_lock_byte(int file, int64_t place, int locks);

/// Shares one byte of an open file, as `linux_lock_byte` locks it.
int linux_share_byte(int file, int64_t place);

/// Finds a lock that another open file has on any byte from `first` to `last`: 1 where there is one,
/// whose first byte is then in `place`; 0 where there is none; -1 where that cannot be known.
int linux_find_lock(int file, int64_t first, int64_t last, int64_t *place);

/// Watches a folder: the descriptor, which is not to be waited on, can be read when a file in it is
/// made, written to or gets its name. -1 where the folder cannot be watched.
///
/// Swift's Glibc module does not have `<sys/inotify.h>`.
///
/// Source: inotify(7).
int linux_watch_folder(const char *path);

/// Reads the CPUs on which a thread may run, a bit each, into `size` bytes. Returns how many bytes
/// were filled, or -1: also where the kernel knows more CPUs than there is room for.
///
/// glibc's wrapper wants a feature macro, and hides how many bytes the kernel filled.
///
/// Source: sched_setaffinity(2), "C library/kernel differences".
long linux_read_affinity(int thread, void *bits, unsigned int size);

/// Has all threads take memory from one arena of malloc, to be called before there are threads.
///
/// Swift's Glibc module does not have `<malloc.h>`.
///
/// Source: mallopt(3), `M_ARENA_MAX`.
void linux_use_one_arena(void);

/// Makes a file in memory, which a program that this one starts does not get; -1 where there can be
/// none. `memfd_create` wants a feature macro.
int linux_memory_file(const char *name);

/// The kernel's number of this thread. `gettid` wants a feature macro.
int linux_thread(void);
