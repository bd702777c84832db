// The entry points: which kernel, for which dtype, over which layout.
#include "task.h"

static const mk_operation unary_operations[] = {
#define MK_RESULT_IS_SAME false
#define MK_RESULT_IS_BOOL true
#define MK_UNARY(name, domain, result, ...) {#name, MK_DOMAIN_##domain, MK_RESULT_IS_##result},
#include "../include/elementwise.def"
};
static const mk_operation binary_operations[] = {
#define MK_BINARY(name, domain, result, ...) {#name, MK_DOMAIN_##domain, MK_RESULT_IS_##result},
#include "../include/elementwise.def"
};
static const mk_operation ternary_operations[] = {
#define MK_TERNARY(name, domain, result, ...) {#name, MK_DOMAIN_##domain, MK_RESULT_IS_##result},
#include "../include/elementwise.def"
};

const mk_operation *mk_unary_operation(int code) {
  return code >= 0 && code < MK_UNARY_COUNT ? &unary_operations[code] : 0;
}
const mk_operation *mk_binary_operation(int code) {
  return code >= 0 && code < MK_BINARY_COUNT ? &binary_operations[code] : 0;
}
const mk_operation *mk_ternary_operation(int code) {
  return code >= 0 && code < MK_TERNARY_COUNT ? &ternary_operations[code] : 0;
}

static const mk_table *const tables[MK_DTYPE_COUNT] = {
    [MK_FLOAT32] = &mk_table_f32, [MK_FLOAT64] = &mk_table_f64, [MK_FLOAT16] = &mk_table_f32,
    [MK_BFLOAT16] = &mk_table_f32, [MK_INT8] = &mk_table_i8,   [MK_INT16] = &mk_table_i16,
    [MK_INT32] = &mk_table_i32,   [MK_INT64] = &mk_table_i64, [MK_UINT8] = &mk_table_u8,
    [MK_BOOL] = &mk_table_b8,
};

static bool is_half(mk_dtype dtype) { return dtype == MK_FLOAT16 || dtype == MK_BFLOAT16; }

// False if there is no such kernel.
static bool make_task(mk_task *task, const mk_entry *entry, const mk_operation *operation, int inputs,
                      mk_dtype dtype) {
  if (!entry->kernel) return false;
  mk_dtype computed = is_half(dtype) ? MK_FLOAT32 : dtype;
  *task = (mk_task){.kernel = entry->kernel, .any_steps = entry->any_steps, .inputs = (uint8_t)inputs};
  task->grain = entry->heavy ? MK_GRAIN_HEAVY : MK_GRAIN_LIGHT;
  for (int k = 0; k <= inputs; k++) {
    task->size[k] = (uint8_t)mk_item_size(dtype);
    task->computed_size[k] = (uint8_t)mk_item_size(computed);
    if (computed != dtype) task->convert[k] = k == 0 ? mk_cast_kernel(computed, dtype) : mk_cast_kernel(dtype, computed);
  }
  if (operation->gives_bool) {
    task->size[0] = task->computed_size[0] = 1;
    task->convert[0] = 0;
  }
  return true;
}

bool mk_unary_task(mk_task *task, mk_unary_op op, mk_dtype dtype) {
  if ((unsigned)op >= MK_UNARY_COUNT || (unsigned)dtype >= MK_DTYPE_COUNT) return false;
  return make_task(task, &tables[dtype]->unary[op], &unary_operations[op], 1, dtype);
}

static bool divides(mk_binary_op op, mk_dtype dtype) {
  return !mk_is_floating(dtype) && (op == MK_BINARY_floor_divide || op == MK_BINARY_trunc_divide ||
                                    op == MK_BINARY_remainder || op == MK_BINARY_fmod);
}

bool mk_binary_task(mk_task *task, mk_binary_op op, mk_dtype dtype) {
  if ((unsigned)op >= MK_BINARY_COUNT || (unsigned)dtype >= MK_DTYPE_COUNT) return false;
  if (!make_task(task, &tables[dtype]->binary[op], &binary_operations[op], 2, dtype)) return false;
  if (divides(op, dtype)) task->divisor = task->size[2];
  return true;
}

bool mk_ternary_task(mk_task *task, mk_ternary_op op, mk_dtype dtype) {
  if ((unsigned)op >= MK_TERNARY_COUNT || (unsigned)dtype >= MK_DTYPE_COUNT) return false;
  if (!make_task(task, &tables[dtype]->ternary[op], &ternary_operations[op], 3, dtype)) return false;
  if (op == MK_TERNARY_where) {
    task->size[1] = task->computed_size[1] = 1;
    task->convert[1] = 0;
  }
  return true;
}

bool mk_power_task(mk_task *task, mk_dtype dtype, const void *exponent) {
  if (!mk_is_floating(dtype)) return false;
  double power;
  mk_cast_kernel(dtype, MK_FLOAT64)(1, &power, exponent, 0, 0, 1);
  if (power == 2) return mk_unary_task(task, MK_UNARY_square, dtype);
  if (power == 0.5) return mk_unary_task(task, MK_UNARY_sqrt, dtype);
  if (power == -0.5) return mk_unary_task(task, MK_UNARY_rsqrt, dtype);
  if (power == -1) return mk_unary_task(task, MK_UNARY_reciprocal, dtype);
  if (power == 3) return make_task(task, &tables[dtype]->cube, &unary_operations[MK_UNARY_square], 1, dtype);
  return false;
}

mk_status mk_unary(mk_unary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x) {
  mk_task task;
  if (!mk_unary_task(&task, op, dtype)) return MK_UNSUPPORTED;
  return mk_task_loop(&task, loop, out, &x);
}

mk_status mk_binary(mk_binary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x,
                    const void *y) {
  mk_task task;
  if (!mk_binary_task(&task, op, dtype)) return MK_UNSUPPORTED;
  const void *in[] = {x, y};
  if (op == MK_BINARY_pow) {
    bool shared = true, empty = false;
    for (int64_t d = 0; d < loop->rank && d < MK_MAX_RANK; d++) {
      shared &= loop->stride[2][d] == 0;
      empty |= loop->size[d] <= 0;
    }
    mk_task power;
    if (shared && !empty && mk_power_task(&power, dtype, y)) return mk_task_loop(&power, loop, out, in);
  }
  return mk_task_loop(&task, loop, out, in);
}

mk_status mk_ternary(mk_ternary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x,
                     const void *y, const void *z) {
  mk_task task;
  if (!mk_ternary_task(&task, op, dtype)) return MK_UNSUPPORTED;
  const void *in[] = {x, y, z};
  return mk_task_loop(&task, loop, out, in);
}

mk_status mk_unary_flat(mk_unary_op op, mk_dtype dtype, int64_t count, void *out, const void *x) {
  if ((unsigned)op >= MK_UNARY_COUNT || (unsigned)dtype >= MK_DTYPE_COUNT) return MK_UNSUPPORTED;
  const mk_entry *entry = &tables[dtype]->unary[op];
  // Too few elements for a second thread whatever they cost: no need to look further.
  if (entry->kernel && !is_half(dtype) && count < 2 * MK_GRAIN_HEAVY) {
    entry->kernel(count, out, x, 0, 0, 1);
    return MK_OK;
  }
  mk_task task;
  if (!mk_unary_task(&task, op, dtype)) return MK_UNSUPPORTED;
  mk_operands operands = {out, {x, 0, 0}, 1, false};
  return mk_task_flat(&task, count, &operands);
}

mk_status mk_binary_flat(mk_binary_op op, mk_dtype dtype, int64_t count, void *out, const void *x,
                         int64_t x_step, const void *y, int64_t y_step) {
  if ((unsigned)op >= MK_BINARY_COUNT || (unsigned)dtype >= MK_DTYPE_COUNT) return MK_UNSUPPORTED;
  const mk_entry *entry = &tables[dtype]->binary[op];
  unsigned steps = (unsigned)(x_step != 0) | (unsigned)(y_step != 0) << 1;
  if (entry->any_steps && steps && !is_half(dtype) && count < 2 * MK_GRAIN_LIGHT) {
    entry->kernel(count, out, x, y, 0, steps);
    return MK_OK;
  }
  mk_task task;
  if (!mk_binary_task(&task, op, dtype)) return MK_UNSUPPORTED;
  mk_operands operands = {out, {x, y, 0}, steps, false};
  mk_task power;
  if (op == MK_BINARY_pow && steps == 1 && count > 0 && mk_power_task(&power, dtype, y))
    return mk_task_flat(&power, count, &operands);
  return mk_task_flat(&task, count, &operands);
}
