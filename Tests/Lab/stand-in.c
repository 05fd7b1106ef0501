// A stand-in for QEMU: a process with QEMU's command line and the threads of its vCPUs, which
// serves an agent and QMP, each to one client at a time. It reads no option; the environment says
//   AGENT, QMP   where to listen; nothing where they are not set
//   VCPUS        how many vCPUs there are
//   UNNAMED      set where threads are not to be named after their vCPUs
//   DAEMON       set where it is to go to / once it listens
// Static, so that it runs in an empty root. It writes a line for each client.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int vcpus;
static int threads[64];
struct server { const char *name; int socket; };

static void *vcpu(void *index) {
    char name[16];
    snprintf(name, sizeof name, "CPU %ld/TCG", (long)index);
    if (!getenv("UNNAMED")) prctl(PR_SET_NAME, name);
    threads[(long)index] = gettid();
    for (;;) pause();
}

static void answer(FILE *client, const char *line) {
    if (strstr(line, "guest-sync-delimited")) {
        const char *id = strstr(line, "\"id\":");
        fprintf(client, "\xff{\"return\": %lld}\n", id ? atoll(id + 5) : 0);
    } else if (strstr(line, "guest-get-vcpus")) {
        fprintf(client, "{\"return\": [");
        for (int i = 0; i < vcpus; i++)
            fprintf(client, "%s{\"logical-id\": %d, \"online\": true}", i ? "," : "", i);
        fprintf(client, "]}\n");
    } else if (strstr(line, "qmp_capabilities")) {
        fprintf(client, "{\"return\": {}}\n");
    } else if (strstr(line, "query-status")) {
        fprintf(client, "{\"return\": {\"status\": \"running\"}}\n");
    } else if (strstr(line, "query-chardev")) {
        fprintf(client, "{\"return\": []}\n");
    } else if (strstr(line, "query-cpus-fast")) {
        fprintf(client, "{\"return\": [");
        for (int i = 0; i < vcpus; i++)
            fprintf(client, "%s{\"cpu-index\": %d, \"thread-id\": %d}", i ? "," : "", i, threads[i]);
        fprintf(client, "]}\n");
    } else {
        fprintf(client, "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"no\"}}\n");
    }
    fflush(client);
}

static void *serve(void *argument) {
    struct server *server = argument;
    for (;;) {
        FILE *client = fdopen(accept(server->socket, NULL, NULL), "r+");
        char line[4096];
        if (!client) continue;
        printf("client of %s\n", server->name);
        fflush(stdout);
        if (!strcmp(server->name, "QMP"))
            fprintf(client, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n"), fflush(client);
        while (fgets(line, sizeof line, client)) {
            fseek(client, 0, SEEK_CUR);
            answer(client, line);
        }
        fclose(client);
    }
}

static void begin(const char *name) {
    const char *path = getenv(name);
    if (!path) return;
    struct server *server = malloc(sizeof *server);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    unlink(path);
    *server = (struct server){name, socket(AF_UNIX, SOCK_STREAM, 0)};
    if (bind(server->socket, (void *)&address, sizeof address) || listen(server->socket, 1)) {
        perror(path);
        exit(1);
    }
    pthread_t thread;
    pthread_create(&thread, NULL, serve, server);
}

int main(void) {
    pthread_t thread;
    // Like QEMU: a client may be gone before it is greeted.
    signal(SIGPIPE, SIG_IGN);
    vcpus = getenv("VCPUS") ? atoi(getenv("VCPUS")) : 2;
    for (long i = 0; i < vcpus; i++) pthread_create(&thread, NULL, vcpu, (void *)i);
    for (int i = 0; i < vcpus; i++)
        while (!*(volatile int *)&threads[i]) usleep(1000);
    begin("AGENT");
    begin("QMP");
    if (getenv("DAEMON") && chdir("/")) return 1;
    printf("ready\n");
    fflush(stdout);
    for (;;) pause();
}
