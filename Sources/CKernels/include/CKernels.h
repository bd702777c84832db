// The kernels of the CPU backend: plain C over plain buffers, one header a family.
//
// Conventions shared by all of them: * every size, stride and offset counts elements, not bytes; *
// an operand's pointer addresses its element [0, 0, ...]; strides may be zero or negative; *
// float16 and bfloat16 are computed in float32 and rounded once; * no kernel allocates memory that
// outlives the call, prints, or aborts; one that data can make fail
//   returns an `mk_status`.
#ifndef MK_CKERNELS_H
#define MK_CKERNELS_H

#include "mk_types.h"
#include "mk_state.h"
#include "mk_parallel.h"
#include "mk_memory.h"
#include "mk_elementwise.h"
#include "mk_program.h"
#include "mk_reduce.h"
#include "mk_scan.h"
#include "mk_sort.h"
#include "mk_index.h"
#include "mk_normalize.h"
#include "mk_random.h"
#include "mk_gemm.h"
#include "mk_linalg.h"
#include "mk_window.h"
#include "mk_resample.h"
#include "mk_attention.h"
#include "mk_recurrent.h"
#include "mk_optimize.h"

#endif
