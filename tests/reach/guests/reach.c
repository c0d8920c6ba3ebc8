// Says what it was given, a line each: README.md has the lines. For `clang` with wasi-libc, and for `zig cc`.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "none";
}

static long long nanoseconds(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
    char text[256];
    printf("args");
    for (int at = 1; at < argc; at++) printf(" %s", argv[at]);
    printf("\nenv %s %s %s\n", variable("REACH"), variable("SHARED"), variable("SECRET"));
    FILE *file = fopen("/data/hello.txt", "r");
    printf("file %s\n", file && fgets(text, sizeof text, file) ? strtok(text, "\n") : "refused");
    file = fopen("/data/new.txt", "w");
    printf("write %s\n", file && fputs("new\n", file) >= 0 && fclose(file) == 0 ? "ok" : "refused");
    printf("stdin %s\n", fgets(text, sizeof text, stdin) ? strtok(text, "\n") : "none");
    printf("wall %lld\n", nanoseconds(CLOCK_REALTIME) / 1000000000);
    long long before = nanoseconds(CLOCK_MONOTONIC);
    printf("monotonic %lld\n", nanoseconds(CLOCK_MONOTONIC) - before);
    fflush(stdout);
    fputs("to stderr\n", stderr);
    unsigned char bytes[8];
    if (getentropy(bytes, sizeof bytes) != 0) return 1;
    printf("random ");
    for (int at = 0; at < 8; at++) printf("%02x", bytes[at]);
    printf("\n");
    return 0;
}
