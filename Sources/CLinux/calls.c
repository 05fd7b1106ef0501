#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

int linux_find_in_root(const char *root, const char *path) {
    int folder = open(root, __O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -1;
    struct { uint64_t flags, mode, resolve; } how = {__O_PATH | O_CLOEXEC, 0, 0x10};
    int found = (int)syscall(437, folder, path, &how, sizeof how);
    int error = errno;
    close(folder);
    errno = error;
    return found;
}

int linux_lock_byte(int file, int64_t place, int locks) {
    struct flock lock = {
        .l_type = locks ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    return fcntl(file, 37, &lock);
}

int linux_share_byte(int file, int64_t place) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    return fcntl(file, 37, &lock);
}

int linux_find_lock(int file, int64_t first, int64_t last, int64_t *place) {
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first,
        // To the end of all files, where the length itself would not fit.
        .l_len = last == INT64_MAX ? 0 : last - first + 1};
    if (fcntl(file, 36, &lock) != 0) return -1;
    *place = lock.l_start;
    return lock.l_type != F_UNLCK;
}

int linux_watch_folder(const char *path) {
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch < 0) return -1;
    if (inotify_add_watch(watch, path, IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        close(watch);
        return -1;
    }
    return watch;
}

long linux_read_affinity(int thread, void *bits, unsigned int size) {
    return syscall(SYS_sched_getaffinity, thread, size, bits);
}

void linux_use_one_arena(void) { mallopt(M_ARENA_MAX, 1); }

int linux_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

int linux_thread(void) { return (int)syscall(SYS_gettid); }
