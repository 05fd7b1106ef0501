#define _GNU_SOURCE
#include "terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
enum { crash_signal_count = sizeof crash_signals / sizeof *crash_signals };

static struct sigaction earlier[crash_signal_count];
static struct termios modes;
static char restore_text[512];
static size_t restore_length;
static int guarded_terminal = -1;
/// Where frames are written, and nowhere; -1 where there is no such file.
static int frames = -1;
static int nowhere = -1;
/// The standard error of before, and the memory that stands in for it; -1 where it is not held.
static int errors = -1;
static int held_errors = -1;
static volatile sig_atomic_t is_armed;

static void write_all(int file, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {
            // A terminal that takes nothing for a second is given up.
            struct pollfd state = {.fd = file, .events = POLLOUT};
            if (poll(&state, 1, 1000) > 0) continue;
        }
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

/// Writes what was held back to the standard error of before. Safe in a signal handler.
static void release_errors(void) {
    if (errors < 0) return;
    dup2(errors, STDERR_FILENO);
    if (held_errors >= 0 && lseek(held_errors, 0, SEEK_SET) == 0) {
        char buffer[1024];
        ssize_t count;
        while ((count = read(held_errors, buffer, sizeof buffer)) > 0)
            write_all(STDERR_FILENO, buffer, (size_t)count);
    }
    close(held_errors);
    close(errors);
    held_errors = errors = -1;
}

int terminal_guard_memory(void) { return memfd_create("terminal", MFD_CLOEXEC); }

static void hold_errors(void) {
    // Into a file or a pipe they go as they come: there they disturb nothing.
    if (errors >= 0 || !isatty(STDERR_FILENO)) return;
    held_errors = terminal_guard_memory();
    if (held_errors < 0) return;
    errors = dup(STDERR_FILENO);
    if (errors < 0 || dup2(held_errors, STDERR_FILENO) < 0) {
        close(held_errors);
        if (errors >= 0) close(errors);
        held_errors = errors = -1;
    }
}

/// Gives the terminal back, once. Safe in a signal handler.
static void restore(void) {
    if (!is_armed) return;
    is_armed = 0;
    // Another thread may go on to paint until the program has ended: a printer of backtraces stops
    // the others for seconds, and then lets them run.
    if (frames >= 0 && nowhere >= 0) dup2(nowhere, frames);
    write_all(guarded_terminal, restore_text, restore_length);
    tcsetattr(guarded_terminal, TCSANOW, &modes);
    release_errors();
}

static void crashed(int signal) {
    restore();
    // The previous handler comes next: the default, or a printer of backtraces.
    for (int i = 0; i < crash_signal_count; i++)
        if (crash_signals[i] == signal) sigaction(signal, &earlier[i], NULL);
    raise(signal);
    // A printer of backtraces comes back here. A signal that another process sent would not come
    // a second time, and the program would run on without a screen.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, &standard, NULL);
    raise(signal);
}

bool terminal_guard_begin(int terminal, const char *text, size_t length) {
    static bool is_registered;
    if (is_armed || tcgetattr(terminal, &modes) != 0) return false;
    guarded_terminal = terminal;
    restore_length = length < sizeof restore_text ? length : sizeof restore_text;
    memcpy(restore_text, text, restore_length);
    if (!is_registered) {
        is_registered = true;
        atexit(restore);
        at_quick_exit(restore);
    }
    hold_errors();
    is_armed = 1;
    terminal_guard_cover_thread();
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_signal_count; i++)
        sigaction(crash_signals[i], &action, &earlier[i]);
    return true;
}

void terminal_guard_hold_errors(bool hold) {
    if (!is_armed) return;
    if (hold) hold_errors();
    else release_errors();
}

void terminal_guard_restore_modes(void) {
    if (is_armed) tcsetattr(guarded_terminal, TCSANOW, &modes);
}

void terminal_guard_take_frames(int file) {
    if (nowhere < 0) nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    frames = file;
}

void terminal_guard_end(void) {
    if (!is_armed) return;
    is_armed = 0;
    frames = -1;
    for (int i = 0; i < crash_signal_count; i++)
        sigaction(crash_signals[i], &earlier[i], NULL);
    release_errors();
}

void terminal_guard_cover_thread(void) {
    // One stack serves all threads: what runs on it ends the program.
    static char stack[64 * 1024];
    static _Thread_local bool is_covered;
    if (is_covered) return;
    is_covered = true;
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
}
