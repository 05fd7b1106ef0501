// Tells the thread sanitizer of locks that the kernel hands over.
//
// A contended lock of Swift's Synchronization is handed from one thread to the next by the kernel
// (FUTEX_LOCK_PI, FUTEX_UNLOCK_PI), by system calls that the sanitizer does not know: it would
// report everything that such a lock protects as a race.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

static void annotate(const char *name, long address) {
    void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
    if (function) function((void *)address);
}

long syscall(long number, ...) {
    static long (*real)(long, ...);
    if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    long arguments[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) arguments[i] = va_arg(list, long);
    va_end(list);

    long operation = number == SYS_futex ? arguments[1] & FUTEX_CMD_MASK : -1;
    if (operation == FUTEX_UNLOCK_PI) annotate("__tsan_release", arguments[0]);
    long result = real(
        number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
        arguments[5]);
    int isLocked = operation == FUTEX_LOCK_PI || operation == FUTEX_TRYLOCK_PI;
    if (isLocked && result == 0) annotate("__tsan_acquire", arguments[0]);
    return result;
}
