/* The kernels in plain C with 16-lane vectors, compiled once for each instruction set by the files that include this.
 *
 * Sums run over 16 lanes (lane i takes the elements i mod 16) and are folded in one fixed tree, so a result depends on
 * its operands alone. Where a set has fused multiply-add, the products of linear layers and attention use it.
 * No include guard: NR_NAME(x) gives each inclusion its own names. */

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t i16x __attribute__((vector_size(64)));
typedef uint32_t u16x __attribute__((vector_size(64)));
typedef uint16_t h16x __attribute__((vector_size(32)));

/* Vectors pass between always-inlined functions only, so their calling convention never matters. */
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

INLINE v16 load16(const float *p) {
    v16 v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store16(float *p, v16 v) { memcpy(p, &v, sizeof v); }

/* The first n < 16 elements, then zeros. */
INLINE v16 load_part(const float *p, int64_t n) {
    v16 v = {0};
    memcpy(&v, p, (size_t)n * sizeof(float));
    return v;
}

INLINE void store_part(float *p, v16 v, int64_t n) { memcpy(p, &v, (size_t)n * sizeof(float)); }

INLINE v16 widen_bf16(h16x h) { return (v16)(__builtin_convertvector(h, u16x) << 16); }

INLINE v16 load16_bf16(const uint16_t *p) {
    h16x h;
    memcpy(&h, p, sizeof h);
    return widen_bf16(h);
}

INLINE v16 load_part_bf16(const uint16_t *p, int64_t n) {
    h16x h = {0};
    memcpy(&h, p, (size_t)n * sizeof(uint16_t));
    return widen_bf16(h);
}

INLINE v16 splat(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

INLINE float fold(v16 v) {
    float a[16];
    memcpy(a, &v, sizeof a);
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++) a[i] += a[i + half];
    return a[0];
}

INLINE v16 max16(v16 a, v16 b) {
    i16x greater = a > b;
    return (v16)((greater & (i16x)a) | (~greater & (i16x)b));
}

INLINE v16 min16(v16 a, v16 b) {
    i16x less = a < b;
    return (v16)((less & (i16x)a) | (~less & (i16x)b));
}

INLINE v16 abs16(v16 a) { return (v16)((i16x)a & 0x7fffffff); }

/* e^x by Cody-Waite reduction and a polynomial of degree 6 (Cephes expf); relative error about 1e-7. */
INLINE v16 exp16(v16 x) {
    x = min16(max16(x, splat(-87.0f)), splat(88.0f));
    const v16 magic = splat(12582912.0f); /* 1.5 * 2^23: adding it rounds to an integer */
    v16 shifted = x * 1.44269504088896341f + magic;
    v16 n = shifted - magic;
    v16 r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    v16 p = splat(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    i16x exponent = ((i16x)shifted - (i16x)magic + 127) << 23;
    return p * (v16)exponent;
}

/* Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7. */
INLINE v16 erf16(v16 x) {
    v16 a = abs16(x), t = 1.0f / (1.0f + 0.3275911f * a);
    v16 p = splat(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    v16 y = 1.0f - p * t * exp16(-a * a);
    return (v16)((i16x)y | ((i16x)x & (int32_t)0x80000000));
}

/* ---- linear layers ---- */

INLINE v16 load_weight(const void *w, nr_type type, int64_t at) {
    return type == NR_BF16 ? load16_bf16((const uint16_t *)w + at) : load16((const float *)w + at);
}

INLINE v16 load_weight_part(const void *w, nr_type type, int64_t at, int64_t n) {
    return type == NR_BF16 ? load_part_bf16((const uint16_t *)w + at, n) : load_part((const float *)w + at, n);
}

/* mt rows by nt outputs in registers; mt and nt are constants where this is inlined. */
INLINE void float_block(const nr_matrix *w, nr_type type, const nr_rows *x, int64_t m, int64_t n, const int mt,
                        const int nt, float *y, int64_t y_stride) {
    v16 sum[NR_FLOAT_M * NR_FLOAT_N] = {0};
    const float *rows = x->x + m * x->x_stride;
    int64_t k = 0;
    for (; k + 16 <= w->k; k += 16) {
        v16 a[NR_FLOAT_M];
        for (int i = 0; i < mt; i++) a[i] = load16(rows + i * x->x_stride + k);
        for (int j = 0; j < nt; j++) {
            v16 b = load_weight(w->data, type, (n + j) * w->k + k);
            for (int i = 0; i < mt; i++) sum[i * nt + j] += a[i] * b;
        }
    }
    if (k < w->k) {
        int64_t rest = w->k - k;
        v16 a[NR_FLOAT_M];
        for (int i = 0; i < mt; i++) a[i] = load_part(rows + i * x->x_stride + k, rest);
        for (int j = 0; j < nt; j++) {
            v16 b = load_weight_part(w->data, type, (n + j) * w->k + k, rest);
            for (int i = 0; i < mt; i++) sum[i * nt + j] += a[i] * b;
        }
    }
    for (int i = 0; i < mt; i++)
        for (int j = 0; j < nt; j++)
            y[(m + i) * y_stride + n + j] = fold(sum[i * nt + j]) + (w->bias ? w->bias[n + j] : 0.0f);
}

/* Rows outside, outputs inside: a few rows stay in the first cache while the weights stream past them. */
INLINE void float_tile(const nr_matrix *w, nr_type type, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0,
                       int64_t n1, float *y, int64_t y_stride) {
    for (int64_t m = m0; m < m1;) {
        int tall = m + NR_FLOAT_M <= m1;
        for (int64_t n = n0; n < n1;) {
            int wide = n + NR_FLOAT_N <= n1;
            if (wide && tall) float_block(w, type, x, m, n, NR_FLOAT_M, NR_FLOAT_N, y, y_stride);
            else if (wide) float_block(w, type, x, m, n, 1, NR_FLOAT_N, y, y_stride);
            else if (tall) float_block(w, type, x, m, n, NR_FLOAT_M, 1, y, y_stride);
            else float_block(w, type, x, m, n, 1, 1, y, y_stride);
            n += wide ? NR_FLOAT_N : 1;
        }
        m += tall ? NR_FLOAT_M : 1;
    }
}

static void NR_NAME(tile_f32)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                              float *y, int64_t y_stride) {
    float_tile(w, NR_F32, x, m0, m1, n0, n1, y, y_stride);
}

static void NR_NAME(tile_bf16)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                               float *y, int64_t y_stride) {
    float_tile(w, NR_BF16, x, m0, m1, n0, n1, y, y_stride);
}

#ifndef NR_OWN_I8
INLINE int32_t i8_dot(const nr_matrix *w, const nr_rows *x, int64_t m, int64_t n) {
    const int8_t *a = x->q + m * x->q_stride, *b = (const int8_t *)w->data + n * w->k;
    int32_t sum = 0;
    for (int64_t k = 0; k < w->k; k++) sum += (int32_t)a[k] * (int32_t)b[k];
    return sum;
}

static void NR_NAME(i8_sums)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                             int32_t *y, int64_t y_stride) {
    for (int64_t m = m0; m < m1; m++)
        for (int64_t n = n0; n < n1; n++) y[m * y_stride + n] = i8_dot(w, x, m, n);
}

static void NR_NAME(tile_i8)(const nr_matrix *w, const nr_rows *x, int64_t m0, int64_t m1, int64_t n0, int64_t n1,
                             float *y, int64_t y_stride) {
    for (int64_t n = n0; n < n1; n++)
        for (int64_t m = m0; m < m1; m++) y[m * y_stride + n] = nr_rescale(w, x, m, n, i8_dot(w, x, m, n));
}
#endif

static void NR_NAME(quantize_row)(const float *x, int64_t k, int8_t *q, int64_t q_stride, float *scale, int32_t *sum) {
    v16 largest = {0};
    int64_t i = 0;
    for (; i + 16 <= k; i += 16) largest = max16(largest, abs16(load16(x + i)));
    if (i < k) largest = max16(largest, abs16(load_part(x + i, k - i)));
    float peak = 0;
    for (int lane = 0; lane < 16; lane++) peak = largest[lane] > peak ? largest[lane] : peak;
    float inverse = peak > 0 ? 127.0f / peak : 0;
    i16x total = {0};
    for (i = 0; i < q_stride; i += 16) {
        v16 v = i + 16 <= k ? load16(x + i) : i < k ? load_part(x + i, k - i) : (v16){0};
        const v16 magic = splat(12582912.0f); /* rounds half to even */
        i16x code = (i16x)(v * inverse + magic) - (i16x)magic;
        total += code;
        typedef int8_t c16x __attribute__((vector_size(16)));
        c16x narrow = __builtin_convertvector(code, c16x);
        memcpy(q + i, &narrow, sizeof narrow);
    }
    int32_t codes = 0;
    for (int lane = 0; lane < 16; lane++) codes += total[lane];
    *scale = peak / 127.0f;
    *sum = codes;
}

/* ---- attention ---- */

INLINE float dot(const float *a, const float *b, int64_t n) {
    v16 sum = {0};
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) sum += load16(a + i) * load16(b + i);
    if (i < n) sum += load_part(a + i, n - i) * load_part(b + i, n - i);
    return fold(sum);
}

static void NR_NAME(softmax)(float *x, int64_t n, float scale) {
    v16 top = splat(-3.4e38f);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) top = max16(top, load16(x + i));
    float peak = -3.4e38f;
    for (int lane = 0; lane < 16; lane++) peak = top[lane] > peak ? top[lane] : peak;
    for (int64_t j = i; j < n; j++) peak = x[j] > peak ? x[j] : peak;
    v16 sum = {0};
    for (i = 0; i + 16 <= n; i += 16) {
        v16 e = exp16((load16(x + i) - peak) * scale);
        store16(x + i, e);
        sum += e;
    }
    if (i < n) {
        v16 e = exp16((load_part(x + i, n - i) - peak) * scale);
        store_part(x + i, e, n - i);
        sum += load_part(x + i, n - i);
    }
    float inverse = 1.0f / fold(sum);
    for (i = 0; i + 16 <= n; i += 16) store16(x + i, load16(x + i) * inverse);
    for (; i < n; i++) x[i] *= inverse;
}

static void NR_NAME(axpy)(float *y, const float *x, float a, int64_t n) {
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) store16(y + i, load16(y + i) + a * load16(x + i));
    for (; i < n; i++) y[i] += a * x[i];
}

static void NR_NAME(attend)(const float *q, float *out, const float *keys, const float *values, int64_t length,
                            int64_t group, int64_t head_dim, int64_t kv_stride, float scale, float *scratch) {
    int64_t stride = (length + 15) / 16 * 16;
    for (int64_t j = 0; j < length; j++)
        for (int64_t h = 0; h < group; h++)
            scratch[h * stride + j] = dot(q + h * head_dim, keys + j * kv_stride, head_dim);
    for (int64_t h = 0; h < group; h++) {
        NR_NAME(softmax)(scratch + h * stride, length, scale);
        memset(out + h * head_dim, 0, (size_t)head_dim * sizeof(float));
    }
    for (int64_t j = 0; j < length; j++)
        for (int64_t h = 0; h < group; h++)
            NR_NAME(axpy)(out + h * head_dim, values + j * kv_stride, scratch[h * stride + j], head_dim);
}

/* ---- rows ---- */

static void NR_NAME(rmsnorm)(const float *x, const float *w, float *y, int64_t n, float eps) {
    float factor = 1.0f / sqrtf(dot(x, x, n) / (float)n + eps);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) store16(y + i, load16(x + i) * factor * load16(w + i));
    for (; i < n; i++) y[i] = x[i] * factor * w[i];
}

static void NR_NAME(layernorm)(const float *x, const float *w, const float *b, float *y, int64_t n, float eps) {
    v16 sum = {0};
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) sum += load16(x + i);
    if (i < n) sum += load_part(x + i, n - i);
    float mean = fold(sum) / (float)n;
    v16 squares = {0};
    for (i = 0; i + 16 <= n; i += 16) {
        v16 d = load16(x + i) - mean;
        squares += d * d;
    }
    float rest = 0;
    for (; i < n; i++) rest += (x[i] - mean) * (x[i] - mean);
    float factor = 1.0f / sqrtf((fold(squares) + rest) / (float)n + eps);
    for (i = 0; i + 16 <= n; i += 16)
        store16(y + i, (load16(x + i) - mean) * factor * load16(w + i) + load16(b + i));
    for (; i < n; i++) y[i] = (x[i] - mean) * factor * w[i] + b[i];
}

INLINE v16 sigmoid16(v16 x) { return 1.0f / (1.0f + exp16(-x)); }

static void NR_NAME(silu_mul)(const float *gate, const float *up, float *y, int64_t n) {
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16 g = load16(gate + i);
        store16(y + i, g * sigmoid16(g) * load16(up + i));
    }
    if (i < n) {
        v16 g = load_part(gate + i, n - i);
        store_part(y + i, g * sigmoid16(g) * load_part(up + i, n - i), n - i);
    }
}

/* 0.5 x (1 + tanh(u)) = x sigmoid(2u) with u = sqrt(2 / pi) (x + 0.044715 x^3). */
INLINE v16 gelu_tanh16(v16 x) { return x * sigmoid16(1.5957691216057308f * (x + 0.044715f * x * x * x)); }

INLINE v16 gelu_erf16(v16 x) { return 0.5f * x * (1.0f + erf16(x * 0.70710678118654752f)); }

static void NR_NAME(gelu_tanh)(float *x, int64_t n) {
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) store16(x + i, gelu_tanh16(load16(x + i)));
    if (i < n) store_part(x + i, gelu_tanh16(load_part(x + i, n - i)), n - i);
}

static void NR_NAME(gelu_erf)(float *x, int64_t n) {
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) store16(x + i, gelu_erf16(load16(x + i)));
    if (i < n) store_part(x + i, gelu_erf16(load_part(x + i, n - i)), n - i);
}

static void NR_NAME(rope)(float *x, int64_t heads, int64_t dim, const float *cos, const float *sin) {
    int64_t half = dim / 2;
    for (int64_t h = 0; h < heads; h++, x += dim)
        for (int64_t i = 0; i < half; i++) {
            float a = x[i], b = x[i + half];
            x[i] = a * cos[i] - b * sin[i];
            x[i + half] = b * cos[i] + a * sin[i];
        }
}

const nr_kernels NR_NAME(nr_kernels) = {
    .tile = {[NR_F32] = NR_NAME(tile_f32), [NR_BF16] = NR_NAME(tile_bf16), [NR_I8] = NR_NAME(tile_i8)},
    .i8_sums = NR_NAME(i8_sums),
    .quantize_row = NR_NAME(quantize_row),
    .attend = NR_NAME(attend),
    .rmsnorm = NR_NAME(rmsnorm),
    .layernorm = NR_NAME(layernorm),
    .silu_mul = NR_NAME(silu_mul),
    .gelu_tanh = NR_NAME(gelu_tanh),
    .gelu_erf = NR_NAME(gelu_erf),
    .softmax = NR_NAME(softmax),
    .axpy = NR_NAME(axpy),
    .rope = NR_NAME(rope),
};
