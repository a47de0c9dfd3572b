/* A spin-then-park thread pool: regions of tens of microseconds follow each other hundreds of times a token, so
 * workers wait for the next one spinning, and sleep on a futex only when none came for a while. */
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kernels.h"

enum { SPIN_NANOSECONDS = 100000, SPINS_BETWEEN_CLOCKS = 64 };

typedef struct worker {
    nr_pool *pool;
    int index;
    pthread_t thread;
} worker;

struct nr_pool {
    int threads;
    worker *workers;
    nr_task task;
    void *context;
    const nr_kernels *kernels;
    int64_t count;
    _Atomic int64_t next;
    /* Bumped for every region; workers wait on it. */
    _Atomic uint32_t generation;
    _Atomic uint32_t sleepers;
    /* Generation << 32, whether the region may be entered, and how many workers are inside. */
    _Atomic uint64_t gate;
    /* Bumped when the last worker leaves a closed region whose caller sleeps. */
    _Atomic uint32_t emptied;
    atomic_bool caller_sleeps;
    atomic_bool stop;
};

static const uint64_t OPEN = 1ULL << 31, INSIDE = (1ULL << 31) - 1;

static void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void futex_wait(_Atomic uint32_t *word, uint32_t value) {
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0); }

/* Spins until *word differs from value; 0 when it did not in the whole time. */
static int spin_while(_Atomic uint32_t *word, uint32_t value) {
    int64_t deadline = now_ns() + SPIN_NANOSECONDS;
    for (;;) {
        for (int i = 0; i < SPINS_BETWEEN_CLOCKS; i++) {
            if (atomic_load_explicit(word, memory_order_acquire) != value) return 1;
            relax();
        }
        if (now_ns() > deadline) return 0;
    }
}

static void work(nr_pool *pool, int thread) {
    for (;;) {
        int64_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count) return;
        pool->task(pool->context, index, thread);
    }
}

/* A worker that comes late, because its core was busy, finds the region closed and is not waited for. */
static int enter(nr_pool *pool, uint32_t generation) {
    uint64_t gate = atomic_load(&pool->gate);
    while (gate >> 32 == generation && gate & OPEN)
        if (atomic_compare_exchange_weak(&pool->gate, &gate, gate + 1)) return 1;
    return 0;
}

static void leave(nr_pool *pool) {
    uint64_t before = atomic_fetch_sub(&pool->gate, 1);
    if ((before & INSIDE) == 1 && !(before & OPEN) && atomic_load(&pool->caller_sleeps)) {
        atomic_fetch_add(&pool->emptied, 1);
        futex_wake(&pool->emptied);
    }
}

static int is_empty(nr_pool *pool) { return (atomic_load_explicit(&pool->gate, memory_order_acquire) & INSIDE) == 0; }

/* Closes the region and waits for the workers that are inside. */
static void close_region(nr_pool *pool) {
    atomic_fetch_and(&pool->gate, ~OPEN);
    for (int64_t deadline = now_ns() + SPIN_NANOSECONDS; now_ns() < deadline;)
        for (int i = 0; i < SPINS_BETWEEN_CLOCKS; i++) {
            if (is_empty(pool)) return;
            relax();
        }
    atomic_store(&pool->caller_sleeps, 1);
    for (;;) {
        uint32_t emptied = atomic_load(&pool->emptied);
        if (is_empty(pool)) break;
        futex_wait(&pool->emptied, emptied);
    }
    atomic_store(&pool->caller_sleeps, 0);
}

static void *worker_main(void *argument) {
    worker *self = argument;
    nr_pool *pool = self->pool;
    uint32_t seen = 0;
    for (;;) {
        if (!spin_while(&pool->generation, seen)) {
            atomic_fetch_add(&pool->sleepers, 1);
            while (atomic_load(&pool->generation) == seen) futex_wait(&pool->generation, seen);
            atomic_fetch_sub(&pool->sleepers, 1);
        }
        seen = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (atomic_load(&pool->stop)) return NULL;
        if (!enter(pool, seen)) continue;
        nr_use(pool->kernels);
        work(pool, self->index);
        leave(pool);
    }
}

nr_pool *nr_pool_create(int threads) {
    nr_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->threads = 1;
    pool->workers = calloc((size_t)(threads > 1 ? threads : 1), sizeof *pool->workers);
    if (!pool->workers) {
        free(pool);
        return NULL;
    }
    for (int i = 1; i < threads; i++) {
        worker *w = &pool->workers[i];
        w->pool = pool;
        w->index = i;
        if (pthread_create(&w->thread, NULL, worker_main, w)) {
            nr_pool_destroy(pool);
            return NULL;
        }
        pool->threads = i + 1;
    }
    return pool;
}

static void release_workers(nr_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers)) futex_wake(&pool->generation);
}

void nr_pool_destroy(nr_pool *pool) {
    atomic_store(&pool->stop, 1);
    release_workers(pool);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
    free(pool->workers);
    free(pool);
}

void nr_pool_run(nr_pool *pool, int64_t count, nr_task task, void *context) {
    if (pool->threads == 1 || count <= 1) {
        for (int64_t i = 0; i < count; i++) task(context, i, 0);
        return;
    }
    pool->task = task;
    pool->context = context;
    pool->kernels = nr_active();
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    uint64_t generation = (uint32_t)(atomic_load(&pool->generation) + 1);
    atomic_store(&pool->gate, generation << 32 | OPEN);
    release_workers(pool);
    work(pool, 0);
    close_region(pool);
}
