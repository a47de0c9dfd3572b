#ifndef NR_KERNELS_H
#define NR_KERNELS_H
#endif
