// Tells the thread sanitizer of contended locks of Swift's Synchronization.
//
// The sanitizer sees the atomic operations of instrumented code alone. An uncontended lock is taken
// there. A contended one is taken in Swift's library, which is not instrumented: it spins for a
// while, and then has the kernel hand the lock over (FUTEX_LOCK_PI, FUTEX_UNLOCK_PI). The sanitizer
// would report everything that such a lock protects as a race.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>

static void annotate(const char *name, void *address) {
    void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
    if (function) function(address);
}

// `_MutexHandle._lockSlow(UInt32)`, which returns when it has the lock at `handle`.
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define SWIFT_METHOD __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))

SWIFT_METHOD void lockSlow(uint32_t thread, SWIFT_SELF void *handle) __asm__(LOCK_SLOW);

SWIFT_METHOD void lockSlow(uint32_t thread, SWIFT_SELF void *handle) {
    typedef SWIFT_METHOD void Function(uint32_t, SWIFT_SELF void *);
    static _Atomic(Function *) real;
    if (!real) real = (Function *)dlsym(RTLD_NEXT, LOCK_SLOW);
    real(thread, handle);
    annotate("__tsan_acquire", handle);
}

long syscall(long number, ...) {
    typedef long Function(long, ...);
    static _Atomic(Function *) real;
    if (!real) real = (Function *)dlsym(RTLD_NEXT, "syscall");
    long arguments[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) arguments[i] = va_arg(list, long);
    va_end(list);

    long operation = number == SYS_futex ? arguments[1] & FUTEX_CMD_MASK : -1;
    void *address = (void *)arguments[0];
    if (operation == FUTEX_UNLOCK_PI) annotate("__tsan_release", address);
    long result = real(
        number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
        arguments[5]);
    // `_lockSlow` annotates FUTEX_LOCK_PI.
    if (operation == FUTEX_TRYLOCK_PI && result == 0) annotate("__tsan_acquire", address);
    return result;
}
