/* What one instruction set provides. */
#ifndef NR_KERNELS_INTERNAL_H
#define NR_KERNELS_INTERNAL_H

#include "CKernels.h"

/* Rows m0..m1 by outputs n0..n1 of a linear layer; y points at row m0's place for output 0. */
typedef void (*nr_tile)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1, float *y,
                        int64_t y_stride);

typedef struct nr_kernels {
    nr_tile tile[3]; /* by nr_type */
    void (*i8_sums)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1, int32_t *y,
                    int64_t y_stride);
    void (*quantize_row)(const float *x, int64_t k, int8_t *q, int64_t q_stride, float *scale, int32_t *sum);
    /* One token, one key-value head, all query heads that share it. */
    void (*attend)(const float *q, float *out, const float *keys, const float *values, int64_t length,
                   int64_t group, int64_t head_dim, int64_t kv_stride, float scale, float *scratch);
    void (*rmsnorm)(const float *, const float *, float *, int64_t, float);
    void (*layernorm)(const float *, const float *, const float *, float *, int64_t, float);
    void (*silu_mul)(const float *, const float *, float *, int64_t);
    void (*gelu_tanh)(float *, int64_t);
    void (*gelu_erf)(float *, int64_t);
    void (*softmax)(float *, int64_t, float);
    void (*axpy)(float *, const float *, float, int64_t);
    void (*rope)(float *, int64_t, int64_t, const float *, const float *);
} nr_kernels;

extern const nr_kernels nr_kernels_portable;
#if defined(__x86_64__)
extern const nr_kernels nr_kernels_avx2;
extern const nr_kernels nr_kernels_avx512vnni;
#endif

/* The table in use on this thread. */
const nr_kernels *nr_active(void);
/* Makes `kernels` the one in use on this thread: how a pool's workers follow the caller's choice. */
void nr_use(const nr_kernels *kernels);

/* From an exact integer sum to the output: the one place, so that every instruction set rounds alike. */
static inline __attribute__((always_inline)) float nr_rescale(const nr_matrix *w, const nr_rows *x, int64_t m,
                                                              int64_t n, int32_t sum) {
    float y = (float)sum * (x->q_scale[m] * w->scale[n]);
    return w->bias ? y + w->bias[n] : y;
}

#endif
