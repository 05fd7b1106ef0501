#ifndef CLIBVIRT_LIBVIRT_H
#define CLIBVIRT_LIBVIRT_H

#include <dlfcn.h>
#include <stddef.h>

#include "calls.h"
#include "types.h"

// Every call, looked up in the library that was opened at run time.
struct CLibvirtCalls {
#define CLIBVIRT_MEMBER(result, name, parameters) result(*_Nonnull name) parameters;
    CLIBVIRT_CALLS(CLIBVIRT_MEMBER)
#undef CLIBVIRT_MEMBER
};

// Looks every call up. Returns the name of the first that the library lacks, or NULL.
//
// In C, since Swift cannot say that what dlsym returns is a function of one type or another
// without naming each type again.
static inline const char *_Nullable CLibvirtLookUp(
    void *_Nonnull library, struct CLibvirtCalls *_Nonnull calls) {
    void *found;
#define CLIBVIRT_LOOK_UP(result, name, parameters) \
    if ((found = dlsym(library, #name)) == NULL) return #name; \
    __builtin_memcpy(&calls->name, &found, sizeof found);
    CLIBVIRT_CALLS(CLIBVIRT_LOOK_UP)
#undef CLIBVIRT_LOOK_UP
    return NULL;
}

#endif
