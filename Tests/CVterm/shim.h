// What the tests see of libvterm, a terminal emulator without a screen.
#pragma once
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <vterm.h>

/// What a colour's fields are: none, the index in `red`, or all three.
typedef enum { CVTERM_STANDARD, CVTERM_INDEXED, CVTERM_RGB } cvterm_color_kind;

typedef struct {
    cvterm_color_kind kind;
    uint8_t red, green, blue;
} cvterm_color;

/// A cell in plain fields: Swift imports neither bit-fields nor the union of colours.
typedef struct {
    uint32_t characters[VTERM_MAX_CHARS_PER_CELL];
    int width;
    bool bold, dim, underline, reverse, blink;
    cvterm_color color, background;
} cvterm_cell;

static inline cvterm_color cvterm_plain(const VTermColor *color) {
    if (VTERM_COLOR_IS_DEFAULT_FG(color) || VTERM_COLOR_IS_DEFAULT_BG(color))
        return (cvterm_color){.kind = CVTERM_STANDARD};
    if (VTERM_COLOR_IS_INDEXED(color))
        return (cvterm_color){.kind = CVTERM_INDEXED, .red = color->indexed.idx};
    return (cvterm_color){CVTERM_RGB, color->rgb.red, color->rgb.green, color->rgb.blue};
}

static inline cvterm_cell cvterm_get_cell(VTermScreen *screen, int row, int column) {
    VTermScreenCell cell = {0};
    vterm_screen_get_cell(screen, (VTermPos){.row = row, .col = column}, &cell);
    cvterm_cell plain = {
        .width = cell.width,
        .bold = cell.attrs.bold,
        // libvterm has no dimmed cells: DimTranslator hands them over as struck out.
        .dim = cell.attrs.strike,
        .underline = cell.attrs.underline,
        .reverse = cell.attrs.reverse,
        .blink = cell.attrs.blink,
        .color = cvterm_plain(&cell.fg),
        .background = cvterm_plain(&cell.bg),
    };
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL; i++) plain.characters[i] = cell.chars[i];
    return plain;
}

/// `POSIX_SPAWN_SETSID`, which the system's headers hide from Swift behind a feature macro.
static const short cvterm_spawn_setsid = 0x80;

/// Opens a terminal that no other child of the tests inherits, or it would never hang up.
static inline bool cvterm_openpty(int *terminal, char name[64], int rows, int columns) {
    *terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*terminal < 0) return false;
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return grantpt(*terminal) == 0 && unlockpt(*terminal) == 0
        && ptsname_r(*terminal, name, 64) == 0 && ioctl(*terminal, TIOCSWINSZ, &size) == 0;
}
