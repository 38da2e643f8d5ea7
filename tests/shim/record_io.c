/* Records what a program asks of its disk, so that a test can replay a power cut at any point.
 *
 * Preloaded into a program, it appends one record to the file named by MESH_SHIM_LOG for every change below the directory named by
 * MESH_SHIM_DIR: created and truncated files, writes with offset and bytes, syncs, removals and renames. A record is written after the call
 * returned and before the next recorded call begins, so the order in the log is the order on the disk.
 *
 * While the file named by MESH_SHIM_FULL exists, writes below the directory fail as on a full disk, if their path contains the text in that
 * file; otherwise nothing is changed or delayed.
 *
 * Record: kind (1 byte), length of path (4, little-endian), path below the directory, number (8), length of data (4), data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 'c', WRITE = 'w', TRUNCATE = 't', SYNC = 's', UNLINK = 'u', RENAME = 'r' };

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static char dir[PATH_MAX];
static size_t dir_len;
static int log_fd = -1;
static const char *full;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void die(const char *what) {
    fprintf(stderr, "record_io: %s: %s\n", what, strerror(errno));
    _exit(99);
}

__attribute__((constructor)) static void start(void) {
    const char *log = getenv("MESH_SHIM_LOG");
    const char *below = getenv("MESH_SHIM_DIR");
    if (!log || !below) return;
    if (!realpath(below, dir)) die("MESH_SHIM_DIR");
    dir_len = strlen(dir);
    full = getenv("MESH_SHIM_FULL");
    log_fd = NEXT(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) die("MESH_SHIM_LOG");
}

/* Returns the part of a path below the directory ("" for the directory itself), or NULL when it lies elsewhere. */
static const char *below_dir(const char *path) {
    if (log_fd < 0 || strncmp(path, dir, dir_len) != 0) return NULL;
    if (path[dir_len] == '\0') return path + dir_len;
    return path[dir_len] == '/' ? path + dir_len + 1 : NULL;
}

static const char *path_of_fd(int fd, char *buffer) {
    char link[64];
    if (log_fd < 0 || fd == log_fd) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) return NULL;
    buffer[length] = '\0';
    /* What is written to a removed file is gone with it. */
    if (strstr(buffer, " (deleted)")) return NULL;
    return below_dir(buffer);
}

static const char *path_of_name(int at, const char *name, char *buffer) {
    char whole[2 * PATH_MAX];
    if (log_fd < 0) return NULL;
    if (name[0] == '/') {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        char base[PATH_MAX];
        if (at == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return NULL;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length < 0) return NULL;
            base[length] = '\0';
        }
        snprintf(whole, sizeof whole, "%s/%s", base, name);
    }
    /* The last part may not exist yet, so only its folder is resolved. */
    char *slash = strrchr(whole, '/');
    *slash = '\0';
    char folder[PATH_MAX];
    if (!realpath(whole[0] ? whole : "/", folder)) return NULL;
    if (snprintf(buffer, PATH_MAX, "%s/%s", folder, slash + 1) >= PATH_MAX) return NULL;
    return below_dir(buffer);
}

static void put(enum kind kind, const char *path, uint64_t number, const void *data, size_t size) {
    uint8_t head[5];
    uint8_t middle[12];
    uint32_t path_len = (uint32_t)strlen(path);
    uint32_t data_len = (uint32_t)size;
    head[0] = (uint8_t)kind;
    memcpy(head + 1, &path_len, 4);
    memcpy(middle, &number, 8);
    memcpy(middle + 8, &data_len, 4);
    struct iovec parts[4] = {{head, 5}, {(void *)path, path_len}, {middle, 12}, {(void *)data, size}};
    if (NEXT(writev)(log_fd, parts, 4) != (ssize_t)(17 + path_len + size)) die("write the log");
}

static int is_full(const char *path) {
    char part[64];
    int fd = full ? NEXT(open)(full, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    ssize_t length = read(fd, part, sizeof part - 1);
    close(fd);
    part[length < 0 ? 0 : length] = '\0';
    if (!strstr(path, part)) return 0;
    errno = ENOSPC;
    return 1;
}

static int opened(int at, const char *name, int flags, mode_t mode) {
    char buffer[PATH_MAX];
    const char *path = flags & (O_CREAT | O_TRUNC) ? path_of_name(at, name, buffer) : NULL;
    if (!path) return NEXT(openat)(at, name, flags, mode);
    pthread_mutex_lock(&order);
    int existed = faccessat(at, name, F_OK, 0) == 0;
    int fd = NEXT(openat)(at, name, flags, mode);
    int saved = errno;
    if (fd >= 0 && !existed) put(CREATE, path, 0, "", 0);
    else if (fd >= 0 && flags & O_TRUNC) put(TRUNCATE, path, 0, "", 0);
    pthread_mutex_unlock(&order);
    errno = saved;
    return fd;
}

#define MODE_OF(flags, mode)                                   \
    mode_t mode = 0;                                           \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list rest;                                          \
        va_start(rest, flags);                                 \
        mode = va_arg(rest, mode_t);                           \
        va_end(rest);                                          \
    }

int open(const char *name, int flags, ...) { MODE_OF(flags, mode) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE_OF(flags, mode) return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int at, const char *name, int flags, ...) { MODE_OF(flags, mode) return opened(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE_OF(flags, mode) return opened(at, name, flags | O_LARGEFILE, mode); }
int creat(const char *name, mode_t mode) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

ssize_t write(int fd, const void *data, size_t size) {
    char buffer[PATH_MAX];
    const char *path = path_of_fd(fd, buffer);
    if (!path) return NEXT(write)(fd, data, size);
    if (is_full(path)) return -1;
    pthread_mutex_lock(&order);
    ssize_t done = NEXT(write)(fd, data, size);
    int saved = errno;
    /* Right for appending files too: the place after the write is known, the place before it is not. */
    if (done > 0) put(WRITE, path, (uint64_t)(lseek(fd, 0, SEEK_CUR) - done), data, (size_t)done);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    char buffer[PATH_MAX];
    const char *path = path_of_fd(fd, buffer);
    if (!path) return NEXT(pwrite64)(fd, data, size, offset);
    if (is_full(path)) return -1;
    pthread_mutex_lock(&order);
    ssize_t done = NEXT(pwrite64)(fd, data, size, offset);
    int saved = errno;
    if (done > 0) put(WRITE, path, (uint64_t)offset, data, (size_t)done);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    char buffer[PATH_MAX];
    if (!path_of_fd(fd, buffer)) return NEXT(writev)(fd, parts, count);
    ssize_t sum = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (done < 0) return sum ? sum : done;
        sum += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return sum;
}

int ftruncate64(int fd, off64_t size) {
    char buffer[PATH_MAX];
    const char *path = path_of_fd(fd, buffer);
    if (!path) return NEXT(ftruncate64)(fd, size);
    pthread_mutex_lock(&order);
    int done = NEXT(ftruncate64)(fd, size);
    int saved = errno;
    if (done == 0) put(TRUNCATE, path, (uint64_t)size, "", 0);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(int fd, int (*sync)(int)) {
    char buffer[PATH_MAX];
    const char *path = path_of_fd(fd, buffer);
    if (!path) return sync(fd);
    pthread_mutex_lock(&order);
    int done = sync(fd);
    int saved = errno;
    if (done == 0) put(SYNC, path, 0, "", 0);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

int fsync(int fd) { return synced(fd, NEXT(fsync)); }
int fdatasync(int fd) { return synced(fd, NEXT(fdatasync)); }

int unlinkat(int at, const char *name, int flags) {
    char buffer[PATH_MAX];
    const char *path = path_of_name(at, name, buffer);
    if (!path) return NEXT(unlinkat)(at, name, flags);
    pthread_mutex_lock(&order);
    int done = NEXT(unlinkat)(at, name, flags);
    int saved = errno;
    if (done == 0) put(UNLINK, path, 0, "", 0);
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

int rename(const char *from, const char *to) {
    char from_buffer[PATH_MAX];
    char to_buffer[PATH_MAX];
    const char *from_path = path_of_name(AT_FDCWD, from, from_buffer);
    const char *to_path = path_of_name(AT_FDCWD, to, to_buffer);
    if (!from_path || !to_path) return NEXT(rename)(from, to);
    pthread_mutex_lock(&order);
    int done = NEXT(rename)(from, to);
    int saved = errno;
    if (done == 0) put(RENAME, from_path, 0, to_path, strlen(to_path));
    pthread_mutex_unlock(&order);
    errno = saved;
    return done;
}
