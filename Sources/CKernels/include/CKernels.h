/* The engine's arithmetic: one C interface, one implementation for each instruction set, chosen at run time.
 *
 * Every output element is reduced in an order that depends on its own operands alone: not on the number of rows
 * computed with it, nor on threads. INT8 results are exact, and equal on every instruction set. */
#ifndef NR_KERNELS_H
#define NR_KERNELS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- instruction sets ---------------------------------------------------------------------------------------- */

typedef enum nr_isa { NR_ISA_PORTABLE = 0, NR_ISA_AVX2 = 1, NR_ISA_AVX512VNNI = 2 } nr_isa;

/* The best that this processor and this build have. */
nr_isa nr_isa_best(void);
nr_isa nr_isa_current(void);
/* For this thread and the pool regions it runs, from now on: to compare sets. 0 where the processor lacks it. */
int nr_isa_select(nr_isa isa);
const char *nr_isa_name(nr_isa isa);

/* ---- thread pool --------------------------------------------------------------------------------------------- */

typedef struct nr_pool nr_pool;
/* `thread` is below the pool's number of threads: an index for scratch memory. */
typedef void (*nr_task)(void *context, int64_t index, int thread);

/* The caller works too: `threads` - 1 are started. NULL: none could be started. */
nr_pool *nr_pool_create(int threads);
void nr_pool_destroy(nr_pool *pool);
/* task(context, i, thread) once for each i below `count`; returns when all are done. From one thread at a time. */
void nr_pool_run(nr_pool *pool, int64_t count, nr_task task, void *context);

/* ---- linear layers ------------------------------------------------------------------------------------------- */

typedef enum nr_type { NR_F32 = 0, NR_BF16 = 1, NR_I8 = 2 } nr_type;

/* Weights as they stand in the checkpoint: row-major [n][k], a row an output. */
typedef struct nr_matrix {
    nr_type type;
    int64_t n, k;
    const void *data;
    const float *scale; /* [n]; NR_I8 only */
    const float *bias;  /* [n], or NULL */
} nr_matrix;

/* Activations: float32 [m][x_stride], and for INT8 weights their codes, filled by nr_quantize. */
typedef struct nr_rows {
    int64_t m, k;
    const float *x;
    int64_t x_stride;
    int8_t *q;        /* [m][q_stride]; columns from k on are 0 */
    int64_t q_stride; /* k rounded up to a multiple of 64 */
    float *q_scale;   /* [m]: max |x| / 127 */
    int32_t *q_sum;   /* [m]: sum of the codes */
} nr_rows;

/* q = round-half-even(x / scale), per row. */
void nr_quantize(nr_pool *pool, const nr_rows *rows);

/* y[m][n] = sum_k x[m][k] * w[n][k] + bias[n]. */
void nr_linear(nr_pool *pool, const nr_matrix *w, const nr_rows *x, float *y, int64_t y_stride);

/* Rows first_row[g] up to first_row[g + 1] go through matrices[g]; all matrices have one shape and type. */
void nr_linear_grouped(nr_pool *pool, const nr_matrix *matrices, const int64_t *first_row, int64_t groups,
                       const nr_rows *x, float *y, int64_t y_stride);

/* The exact integer sums of an INT8 matrix: y[m][n] = sum_k q[m][k] * w[n][k], for checks. */
void nr_linear_i8_sums(const nr_matrix *w, const nr_rows *x, int32_t *y, int64_t y_stride);

/* ---- attention of the decoder -------------------------------------------------------------------------------- */

/* Causal grouped-query attention of tokens that may belong to different sequences. */
typedef struct nr_attention {
    int64_t tokens, heads, kv_heads, head_dim;
    const float *q; /* [tokens][heads * head_dim] */
    float *out;     /* same shape */
    /* For each token: keys and values of its sequence, [length][kv_heads * head_dim], and how many it sees. */
    const float *const *keys;
    const float *const *values;
    const int64_t *length;
    float scale;
    float *scratch;         /* [threads][scratch_stride] */
    int64_t scratch_stride; /* at least heads / kv_heads * the longest length, rounded up to 16 each */
} nr_attention;

void nr_attention_run(nr_pool *pool, const nr_attention *attention);

/* ---- rows ---------------------------------------------------------------------------------------------------- */

/* y = x / rms(x) * w; x and y may be the same. */
void nr_rmsnorm(const float *x, const float *w, float *y, int64_t n, float eps);
void nr_layernorm(const float *x, const float *w, const float *b, float *y, int64_t n, float eps);
/* y = silu(gate) * up */
void nr_silu_mul(const float *gate, const float *up, float *y, int64_t n);
void nr_gelu_tanh(float *x, int64_t n);
void nr_gelu_erf(float *x, int64_t n);
/* x = softmax(x * scale) */
void nr_softmax(float *x, int64_t n, float scale);
void nr_add(float *y, const float *x, int64_t n);
/* y += a * x */
void nr_axpy(float *y, const float *x, float a, int64_t n);
/* rotate_half on each head: pairs (i, i + dim / 2), cos and sin [dim / 2]. */
void nr_rope(float *x, int64_t heads, int64_t dim, const float *cos, const float *sin);
void nr_bf16_to_f32(const void *x, float *y, int64_t n);

#ifdef __cplusplus
}
#endif
#endif
