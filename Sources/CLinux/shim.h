// Calls of Linux that Swift's Glibc module does not show.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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
