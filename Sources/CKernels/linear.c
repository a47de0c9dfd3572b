#include "kernels.h"

/* A task is at most this many outputs by this many rows: at K = 2048 an INT8 task's weights are 128 KiB, small enough
 * for L2 while the rows pass by, large enough that taking it from the counter costs nothing. */
enum { BLOCK_N = 64, BLOCK_M = 96 };

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t min64(int64_t a, int64_t b) { return a < b ? a : b; }

static void quantize_task(void *context, int64_t row, int thread) {
    (void)thread;
    const nr_rows *r = context;
    nr_active()->quantize_row(r->x + row * r->x_stride, r->k, r->q + row * r->q_stride, r->q_stride, r->q_scale + row,
                              r->q_sum + row);
}

void nr_quantize(nr_pool *pool, const nr_rows *rows) { nr_pool_run(pool, rows->m, quantize_task, (void *)rows); }

typedef struct grouped {
    const nr_matrix *matrices;
    const int64_t *first_row;
    const int64_t *first_task; /* [groups + 1] */
    int64_t groups;
    const nr_rows *x;
    float *y;
    int64_t y_stride;
} grouped;

static void grouped_task(void *context, int64_t index, int thread) {
    (void)thread;
    const grouped *g = context;
    int64_t low = 0, high = g->groups - 1;
    while (low < high) { /* the last group whose first task is not after index */
        int64_t middle = (low + high + 1) / 2;
        if (g->first_task[middle] <= index) low = middle;
        else high = middle - 1;
    }
    const nr_matrix *w = &g->matrices[low];
    int64_t begin = g->first_row[low], end = g->first_row[low + 1];
    int64_t row_blocks = ceil_div(end - begin, BLOCK_M), task = index - g->first_task[low];
    int64_t m0 = begin + task % row_blocks * BLOCK_M, m1 = min64(m0 + BLOCK_M, end);
    int64_t n0 = task / row_blocks * BLOCK_N, n1 = min64(n0 + BLOCK_N, w->n);
    nr_active()->tile[w->type](w, g->x, m0, m1, n0, n1, g->y, g->y_stride);
}

void nr_linear_grouped(nr_pool *pool, const nr_matrix *matrices, const int64_t *first_row, int64_t groups,
                       const nr_rows *x, float *y, int64_t y_stride) {
    int64_t first_task[groups + 1];
    first_task[0] = 0;
    for (int64_t i = 0; i < groups; i++)
        first_task[i + 1] = first_task[i] + ceil_div(first_row[i + 1] - first_row[i], BLOCK_M) *
                                                ceil_div(matrices[i].n, BLOCK_N);
    grouped g = {matrices, first_row, first_task, groups, x, y, y_stride};
    nr_pool_run(pool, first_task[groups], grouped_task, &g);
}

void nr_linear(nr_pool *pool, const nr_matrix *w, const nr_rows *x, float *y, int64_t y_stride) {
    int64_t rows[2] = {0, x->m};
    nr_linear_grouped(pool, w, rows, 1, x, y, y_stride);
}

void nr_linear_i8_sums(const nr_matrix *w, const nr_rows *x, int32_t *y, int64_t y_stride) {
    nr_active()->i8_sums(w, x, 0, x->m, 0, w->n, y, y_stride);
}
