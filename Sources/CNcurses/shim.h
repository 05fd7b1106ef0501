// What Swift sees of ncurses.
//
// The attribute makes the whole C interface, its globals included, main-actor
// isolated: ncurses keeps its screen in globals and is not thread safe, so a
// call from anywhere else must not compile.
#pragma once
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <wchar.h>
#pragma clang attribute push(__attribute__((swift_attr("@MainActor"))), apply_to = any(function, variable(is_global)))
#include <curses.h>
#include <term.h>
#pragma clang attribute pop
