#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma"))), \
                             apply_to = function)

/* vpdpbusd multiplies unsigned by signed bytes. The weights become unsigned by flipping their top bit (w + 128); what
 * that adds, 128 times the sum of the row's codes, is known since quantisation and taken off at the end.
 * 6 rows by 4 outputs are 24 accumulators; with the 4 weight vectors and the flip mask they fill the 32 registers. */
enum { I8_M = 6, I8_N = 4 };

static inline __attribute__((always_inline)) void i8_block(const nr_matrix *w, const nr_rows *x, int64_t m, int64_t n,
                                                           const int mt, const int nt, int32_t *sums) {
    __m512i sum[I8_M * I8_N];
    for (int i = 0; i < mt * nt; i++) sum[i] = _mm512_setzero_si512();
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    const int8_t *rows = x->q + m * x->q_stride, *weights = (const int8_t *)w->data + n * w->k;
    int64_t k = 0;
    for (; k + 64 <= w->k; k += 64) {
        __m512i b[I8_N];
        for (int j = 0; j < nt; j++) b[j] = _mm512_xor_si512(_mm512_loadu_si512(weights + j * w->k + k), flip);
        for (int i = 0; i < mt; i++) {
            __m512i a = _mm512_loadu_si512(rows + i * x->q_stride + k);
            for (int j = 0; j < nt; j++) sum[i * nt + j] = _mm512_dpbusd_epi32(sum[i * nt + j], b[j], a);
        }
    }
    if (k < w->k) { /* past the end the codes are 0, so the weights read there do not count */
        __mmask64 mask = ~0ULL >> (64 - (w->k - k));
        for (int j = 0; j < nt; j++) {
            __m512i b = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, weights + j * w->k + k), flip);
            for (int i = 0; i < mt; i++)
                sum[i * nt + j] =
                    _mm512_dpbusd_epi32(sum[i * nt + j], b, _mm512_loadu_si512(rows + i * x->q_stride + k));
        }
    }
    for (int i = 0; i < mt; i++)
        for (int j = 0; j < nt; j++)
            sums[i * nt + j] = _mm512_reduce_add_epi32(sum[i * nt + j]) - 128 * x->q_sum[m + i];
}

/* Calls emit for every block of sums; the sizes are constants in each call so that the block unrolls. */
#define I8_EACH_BLOCK(EMIT)                                                          \
    for (int64_t n = n0; n < n1;) {                                                  \
        int wide = n + I8_N <= n1;                                                   \
        for (int64_t m = m0; m < m1;) {                                              \
            int tall = m + I8_M <= m1;                                               \
            int32_t sums[I8_M * I8_N];                                               \
            if (wide && tall) i8_block(w, x, m, n, I8_M, I8_N, sums);                \
            else if (wide) i8_block(w, x, m, n, 1, I8_N, sums);                      \
            else if (tall) i8_block(w, x, m, n, I8_M, 1, sums);                      \
            else i8_block(w, x, m, n, 1, 1, sums);                                   \
            int mt = tall ? I8_M : 1, nt = wide ? I8_N : 1;                          \
            for (int i = 0; i < mt; i++)                                             \
                for (int j = 0; j < nt; j++) EMIT(m + i, n + j, sums[i * nt + j]);   \
            m += mt;                                                                 \
        }                                                                            \
        n += wide ? I8_N : 1;                                                        \
    }

static void tile_i8_avx512vnni(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                               float *y, int64_t y_stride) {
#define STORE(row, column, value) y[(row) * y_stride + (column)] = nr_rescale(w, x, row, column, value)
    I8_EACH_BLOCK(STORE)
#undef STORE
}

static void i8_sums_avx512vnni(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                               int32_t *y, int64_t y_stride) {
#define STORE(row, column, value) y[(row) * y_stride + (column)] = value
    I8_EACH_BLOCK(STORE)
#undef STORE
}

#define NR_NAME(name) name##_avx512vnni
#define NR_FLOAT_M 4
#define NR_FLOAT_N 4
#define NR_OWN_I8
#include "kernels_generic.h"
#pragma clang attribute pop
#endif
