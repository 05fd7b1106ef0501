// The kernel's list of Unix sockets (sock_diag(7)).
#pragma once
#include <stdint.h>

/// Finds the clients of the process that listens at a path: the numbers (inodes) of the sockets that
/// are connected to those that it has accepted. At most `capacity` are stored.
///
/// Returns their count; -1 where the kernel does not tell, or does not know the listener: it lists the
/// sockets of this network namespace alone. Blocks for as long as the kernel takes,
/// and half a second at most for each of its answers.
///
/// Swift does not import the macros that walk through netlink's messages.
///
/// Source: sock_diag(7), linux/unix_diag.h.
int linux_find_clients(const char *path, uint32_t *inodes, int capacity);
