// The least that it takes to watch the guests of this host: a loop that reads the same files and
// makes the same exchanges as vcputop, with as few calls as there can be, and shows nothing.
//
// `bare-loop [SOCKET...]` reads, once a second, the `stat` and `schedstat` of all threads that are
// named `CPU n/...` in processes that call themselves QEMU, and asks the agents: those of the first
// 20 sockets every 3 s, the others every 15 s. Without a socket it asks the agents of the
// processes, at the `path=` of their command lines.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { shown = 20, most_agents = 4096, most_files = 200000 };
struct agent { struct sockaddr_un address; double due; int socket, lines; };
static struct agent agents[most_agents];
static int agent_count, files[most_files], file_count, events;
static volatile unsigned sum;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// Every byte is looked at.
static void add_up(const char *text, int count) {
    unsigned part = 0;
    for (int i = 0; i < count; i++) part += (unsigned char)text[i];
    sum += part;
}

static void add_agent(const char *path, size_t length) {
    struct agent *agent = &agents[agent_count];
    if (agent_count == most_agents || length >= sizeof agent->address.sun_path) exit(1);
    *agent = (struct agent){.address.sun_family = AF_UNIX, .socket = -1};
    memcpy(agent->address.sun_path, path, length);
    agent_count++;
}

static int read_file(const char *path, char *text, int size) {
    int file = open(path, O_RDONLY);
    int count = file < 0 ? -1 : read(file, text, size - 1);
    if (file >= 0) close(file);
    text[count < 0 ? 0 : count] = 0;
    return count;
}

static void keep_open(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0 || file_count == most_files) exit(2);
    files[file_count++] = file;
}

static void add_threads(const char *process) {
    char path[600], name[64];
    snprintf(path, sizeof path, "/proc/%s/task", process);
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/proc/%s/task/%s/comm", process, entry->d_name);
        if (read_file(path, name, sizeof name) < 4 || strncmp(name, "CPU ", 4)) continue;
        snprintf(path, sizeof path, "/proc/%s/task/%s/stat", process, entry->d_name);
        keep_open(path);
        snprintf(path, sizeof path, "/proc/%s/task/%s/schedstat", process, entry->d_name);
        keep_open(path);
    }
    closedir(folder);
}

static void find_processes(int takes_agents) {
    static char line[65536];
    char path[600];
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        int count = read_file(path, line, sizeof line);
        if (count < 1 || !strstr(line, "qemu-system-")) continue;
        add_threads(entry->d_name);
        for (int i = 0; takes_agents && i < count; i++) {
            char *start = memcmp(line + i, "path=", 5) ? NULL : line + i + 5;
            if (!start) continue;
            add_agent(start, strcspn(start, ","));
            break;
        }
    }
    closedir(folder);
}

static void ask(int index) {
    static const char text[] =
        "\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":4711}}\n"
        "{\"execute\":\"guest-get-vcpus\"}\n{\"execute\":\"guest-info\"}\n";
    struct agent *agent = &agents[index];
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
    agent->due = 1e18;
    agent->lines = 0;
    agent->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connect(agent->socket, (void *)&agent->address, sizeof agent->address) == 0
        && write(agent->socket, text, sizeof text - 1) > 0
        && epoll_ctl(events, EPOLL_CTL_ADD, agent->socket, &event) == 0) return;
    close(agent->socket);
    agent->due = now() + 1;
}

static void hear(int index) {
    static char text[65536];
    struct agent *agent = &agents[index];
    int count = read(agent->socket, text, sizeof text);
    if (count < 0 && errno == EAGAIN) return;
    add_up(text, count);
    for (int i = 0; i < count; i++) {
        // The sync's answer and two more; an error for the byte 0xFF may come before them.
        if ((unsigned char)text[i] == 0xff) agent->lines = 0;
        agent->lines += text[i] == '\n';
    }
    if (count > 0 && agent->lines < 3) return;
    close(agent->socket);
    agent->due = now() + (index < shown ? 3 : 15);
}

static void read_files(void) {
    char text[1024];
    for (int i = 0; i < file_count; i++) {
        add_up(text, pread(files[i], text, sizeof text, 0));
    }
}

int main(int count, char **arguments) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    events = epoll_create1(0);
    for (int i = 1; i < count; i++) add_agent(arguments[i], strlen(arguments[i]));
    find_processes(count == 1);
    printf("%d files, %d agents\n", file_count, agent_count);
    fflush(stdout);
    double host = now();
    for (;;) {
        double next = host, time = now();
        if (host <= time) {
            read_files();
            host += 1;
            continue;
        }
        for (int i = 0; i < agent_count; i++) {
            if (agents[i].due <= time) ask(i);
            if (agents[i].due < next) next = agents[i].due;
        }
        struct epoll_event ready[64];
        int wait = (next - now()) * 1e3 + 1;
        int heard = epoll_wait(events, ready, 64, wait > 0 ? wait : 0);
        for (int i = 0; i < heard; i++) hear(ready[i].data.u32);
    }
}
