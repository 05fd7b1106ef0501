// What Swift sees of ncurses.
//
// The attribute makes the whole C interface, its globals included, main-actor
// isolated: ncurses keeps its screen in globals and is not thread safe, so a
// call from anywhere else must not compile.
#pragma once
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#pragma clang attribute push(__attribute__((swift_attr("@MainActor"))), apply_to = any(function, variable(is_global)))
#include <curses.h>
#include <term.h>

/// `stdin` is a variable that Swift holds to be shared between threads.
static inline SCREEN *ncurses_newterm(FILE *output) { return newterm(NULL, output, stdin); }

/// `tigetstr` returns nil or -1 for what a terminal lacks; this, nil alone.
static inline const char *ncurses_string(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}
#pragma clang attribute pop

/// Not declared to Swift by the system's headers, which want a feature macro for it.
int wcwidth(wchar_t character);

// Attributes and buttons are macros with casts, which Swift does not import.
static const mmask_t ncurses_first_button = BUTTON1_PRESSED;
static const mmask_t ncurses_wheel_up = BUTTON4_PRESSED;
static const mmask_t ncurses_wheel_down = BUTTON5_PRESSED;
static const attr_t ncurses_standout = A_STANDOUT;
static const attr_t ncurses_blink = A_BLINK;
static const attr_t ncurses_bold = A_BOLD;
static const attr_t ncurses_dim = A_DIM;
static const attr_t ncurses_reverse = A_REVERSE;
static const attr_t ncurses_underline = A_UNDERLINE;
