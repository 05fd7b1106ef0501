// Calls of Linux that Swift's Glibc module does not show.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Finds what is at a path for a process whose root folder is `root`: absolute links and `..`
/// stay inside of it (`RESOLVE_IN_ROOT`). Returns a descriptor that only names it (`O_PATH`).
///
/// glibc has no wrapper for `openat2`, `syscall` is variadic, which Swift does not import, and
/// `O_PATH` wants a feature macro.
///
/// Source: openat2(2), linux/openat2.h; the numbers are the same on every architecture.
static inline int linux_find_in_root(const char *root, const char *path) {
    int folder = open(root, __O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -1;
    struct { uint64_t flags, mode, resolve; } how = {__O_PATH | O_CLOEXEC, 0, 0x10};
    int found = (int)syscall(437, folder, path, &how, sizeof how);
    int error = errno;
    close(folder);
    errno = error;
    return found;
}

/// Locks or unlocks one byte of an open file, at once or not at all; 0 where that was done.
///
/// The lock belongs to the open file and ends with it. `fcntl` is variadic, and `F_OFD_SETLK` wants
/// a feature macro.
///
/// Source: fcntl_locking(2); the number is the same on every architecture.
static inline int linux_lock_byte(int file, int64_t place, int locks) {
    struct flock lock = {
        .l_type = locks ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    return fcntl(file, 37, &lock);
}

/// Shares one byte of an open file, as `linux_lock_byte` locks it.
static inline int linux_share_byte(int file, int64_t place) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    return fcntl(file, 37, &lock);
}

/// Finds a lock that another open file has on any byte from `first` to `last`: 1 where there is one,
/// whose first byte is then in `place`; 0 where there is none; -1 where that cannot be known.
static inline int linux_find_lock(int file, int64_t first, int64_t last, int64_t *place) {
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first,
        // To the end of all files, where the length itself would not fit.
        .l_len = last == INT64_MAX ? 0 : last - first + 1};
    if (fcntl(file, 36, &lock) != 0) return -1;
    *place = lock.l_start;
    return lock.l_type != F_UNLCK;
}

/// Watches a folder: the descriptor, which is not to be waited on, can be read when a file in it is
/// made, written to or gets its name. -1 where the folder cannot be watched.
///
/// Swift's Glibc module does not have `<sys/inotify.h>`.
///
/// Source: inotify(7).
static inline int linux_watch_folder(const char *path) {
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0) return -1;
    if (inotify_add_watch(watch, path, IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        close(watch);
        return -1;
    }
    return watch;
}

/// Reads the CPUs on which a thread may run, a bit each, into `size` bytes. Returns how many bytes
/// were filled, or -1: also where the kernel knows more CPUs than there is room for.
///
/// glibc's wrapper wants a feature macro, and hides how many bytes the kernel filled.
///
/// Source: sched_setaffinity(2), "C library/kernel differences".
static inline long linux_read_affinity(int thread, void *bits, unsigned int size) {
    return syscall(SYS_sched_getaffinity, thread, size, bits);
}

/// Has all threads take memory from one arena of malloc, to be called before there are threads.
///
/// Swift's Glibc module does not have `<malloc.h>`.
///
/// Source: mallopt(3), `M_ARENA_MAX`.
static inline void linux_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }
