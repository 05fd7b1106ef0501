#include "sockets.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

/// Whether the file that a socket was bound to is this one. On some file systems the kernel's device
/// is not the one of stat(2), so the path will do beside the file's number.
static int linux_is_bound_to(
    const struct stat *file, const char *path, const struct unix_diag_vfs *vfs, const char *name) {
    if (vfs->udiag_vfs_ino != (uint32_t)file->st_ino) return 0;
    uint32_t device = major(file->st_dev) << 20 | minor(file->st_dev);
    return vfs->udiag_vfs_dev == device || strcmp(name, path) == 0;
}

int linux_find_clients(const char *path, uint32_t *inodes, int capacity) {
    struct stat file;
    if (stat(path, &file) != 0) return -1;
    int line = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (line < 0) return -1;
    struct timeval patience = {.tv_sec = 0, .tv_usec = 500000};
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct {
        struct nlmsghdr header;
        struct unix_diag_req request;
    } question = {
        .header = {
            .nlmsg_len = sizeof question, .nlmsg_type = SOCK_DIAG_BY_FAMILY,
            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .request = {
            .sdiag_family = AF_UNIX, .udiag_states = 1 << 1 | 1 << 10 /* TCP_ESTABLISHED, TCP_LISTEN */,
            .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER}};
    int count = send(line, &question, sizeof question, 0) == sizeof question ? 0 : -1;
    int isDone = count < 0;
    int isListenerKnown = 0;
    while (!isDone) {
        _Alignas(struct nlmsghdr) char bytes[32768];
        ssize_t received = recv(line, bytes, sizeof bytes, 0);
        if (received <= 0) {
            if (received < 0 && errno == EINTR) continue;
            count = -1;
            break;
        }
        unsigned int left = (unsigned int)received;
        for (struct nlmsghdr *header = (struct nlmsghdr *)bytes; NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE) isDone = 1;
            if (header->nlmsg_type == NLMSG_ERROR) {
                isDone = 1;
                count = -1;
            }
            if (isDone) break;
            if (header->nlmsg_len < NLMSG_LENGTH(sizeof(struct unix_diag_msg))) continue;
            struct unix_diag_msg *message = NLMSG_DATA(header);
            unsigned int size = header->nlmsg_len - NLMSG_LENGTH(sizeof *message);
            struct unix_diag_vfs vfs = {0, 0};
            uint32_t peer = 0;
            char name[128] = {0};
            for (struct rtattr *attribute = (struct rtattr *)(message + 1);
                 RTA_OK(attribute, size); attribute = RTA_NEXT(attribute, size)) {
                size_t length = RTA_PAYLOAD(attribute);
                if (attribute->rta_type == UNIX_DIAG_VFS && length >= sizeof vfs)
                    memcpy(&vfs, RTA_DATA(attribute), sizeof vfs);
                if (attribute->rta_type == UNIX_DIAG_PEER && length >= sizeof peer)
                    memcpy(&peer, RTA_DATA(attribute), sizeof peer);
                if (attribute->rta_type == UNIX_DIAG_NAME && length < sizeof name)
                    memcpy(name, RTA_DATA(attribute), length);
            }
            if (!linux_is_bound_to(&file, path, &vfs, name)) continue;
            if (message->udiag_state == 10) isListenerKnown = 1;
            // A connection that is not accepted yet has no number.
            if (peer == 0 || message->udiag_ino == 0) continue;
            if (count < capacity) inodes[count++] = peer;
        }
    }
    close(line);
    return isListenerKnown ? count : -1;
}
