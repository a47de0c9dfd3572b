#include <string.h>

#include "kernels.h"

void nr_rmsnorm(const float *x, const float *w, float *y, int64_t n, float eps) { nr_active()->rmsnorm(x, w, y, n, eps); }

void nr_layernorm(const float *x, const float *w, const float *b, float *y, int64_t n, float eps) {
    nr_active()->layernorm(x, w, b, y, n, eps);
}

void nr_silu_mul(const float *gate, const float *up, float *y, int64_t n) { nr_active()->silu_mul(gate, up, y, n); }

void nr_gelu_tanh(float *x, int64_t n) { nr_active()->gelu_tanh(x, n); }

void nr_gelu_erf(float *x, int64_t n) { nr_active()->gelu_erf(x, n); }

void nr_softmax(float *x, int64_t n, float scale) { nr_active()->softmax(x, n, scale); }

void nr_add(float *y, const float *x, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

void nr_axpy(float *y, const float *x, float a, int64_t n) { nr_active()->axpy(y, x, a, n); }

void nr_rope(float *x, int64_t heads, int64_t dim, const float *cos, const float *sin) {
    nr_active()->rope(x, heads, dim, cos, sin);
}

void nr_bf16_to_f32(const void *x, float *y, int64_t n) {
    const unsigned char *bytes = x;
    for (int64_t i = 0; i < n; i++) {
        uint16_t high;
        memcpy(&high, bytes + 2 * i, 2);
        uint32_t bits = (uint32_t)high << 16;
        memcpy(y + i, &bits, 4);
    }
}
