// A stand-in for QEMU: a process with QEMU's command line and the threads of its vCPUs, which
// serves an agent and QMP, each to one client at a time. It reads no option; the environment says
//   AGENT, QMP   where to listen; nothing where they are not set
//   VCPUS        how many vCPUs there are
//   UNNAMED      set where threads are not to be named after their vCPUs
//   DAEMON       set where it is to go to / once it listens
//   SILENT       set where the agent takes a client and never answers it
//   LATENCY      how often the agent looks for a client, in milliseconds; at once where not set
//   OFFLINE      the vCPU that the agent calls offline, whatever its thread does
//   LOAD         what its vCPUs use, as a share of a CPU in percent each, "3 0 0.1"; a vCPU with
//                0 ticks, as an idle kernel does, and those that are not named sleep for good
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
#include <time.h>
#include <unistd.h>

enum { most = 64 };
static int vcpus;
static int threads[most];
static int latency;
static double load[most];
struct server { const char *name; int socket; };

static void sleep_for(double seconds) {
    struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

static double used(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// Ten times a second where there is something to do, else twice, and not in step with others.
static void work(double share) {
    double period = share > 0 ? 0.1 : 0.5;
    unsigned seed = getpid() * 31 + gettid();
    for (;;) {
        double end = used() + share * period;
        while (used() < end) {}
        sleep_for(period * (1 - share) * (0.8 + 0.4 * (rand_r(&seed) % 1000) / 1000));
    }
}

static void *vcpu(void *index) {
    char name[16];
    snprintf(name, sizeof name, "CPU %ld/TCG", (long)index);
    if (!getenv("UNNAMED")) prctl(PR_SET_NAME, name);
    threads[(long)index] = gettid();
    if (load[(long)index] >= 0) work(load[(long)index]);
    for (;;) pause();
}

// What qemu-ga 7.2 says of itself, in size and form.
static void answer_info(FILE *client) {
    static const char *known[] = {"guest-sync-delimited", "guest-get-vcpus", "guest-set-vcpus"};
    fprintf(client, "{\"return\": {\"version\": \"7.2.22\", \"supported_commands\": [");
    for (int i = 0; i < 40; i++)
        fprintf(client, "{\"enabled\": false, \"name\": \"guest-command-number-%d\", "
                "\"success-response\": true}, ", i);
    for (int i = 0; i < 3; i++)
        fprintf(client, "%s{\"enabled\": true, \"name\": \"%s\", \"success-response\": true}",
                i ? ", " : "", known[i]);
    fprintf(client, "]}}\n");
}

static void answer(FILE *client, const char *line) {
    if (strstr(line, "guest-sync-delimited")) {
        const char *id = strstr(line, "\"id\":");
        fprintf(client, "\xff{\"return\": %lld}\n", id ? atoll(id + 5) : 0);
    } else if (strstr(line, "guest-get-vcpus")) {
        const char *offline = getenv("OFFLINE");
        fprintf(client, "{\"return\": [");
        for (int i = 0; i < vcpus; i++)
            fprintf(client, "%s{\"online\": %s, \"can-offline\": %s, \"logical-id\": %d}",
                    i ? ", " : "", offline && atoi(offline) == i ? "false" : "true",
                    i ? "true" : "false", i);
        fprintf(client, "]}\n");
    } else if (strstr(line, "guest-info")) {
        answer_info(client);
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
    unsigned seed = getpid();
    for (;;) {
        FILE *client = fdopen(accept(server->socket, NULL, NULL), "r+");
        char line[4096];
        if (!client) continue;
        printf("client of %s\n", server->name);
        fflush(stdout);
        if (!strcmp(server->name, "QMP"))
            fprintf(client, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n"), fflush(client);
        else if (getenv("SILENT"))
            for (;;) pause();
        else if (latency)
            sleep_for(latency / 1e3 * (rand_r(&seed) % 1000) / 1000);
        while (fgets(line, sizeof line, client)) {
            // Like an agent: an empty line is nothing.
            if (line[0] == '\n') continue;
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
    if (vcpus > most) return 1;
    latency = getenv("LATENCY") ? atoi(getenv("LATENCY")) : 0;
    char *loads = getenv("LOAD");
    for (int i = 0; i < most; i++) {
        char *end = loads;
        load[i] = loads ? strtod(loads, &end) / 100 : -1;
        if (end == loads) load[i] = -1;
        loads = end;
    }
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
