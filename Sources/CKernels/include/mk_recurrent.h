#ifndef MK_RECURRENT_H
#define MK_RECURRENT_H

#include "mk_types.h"

typedef enum MK_CLOSED : uint8_t {
  MK_CELL_TANH MK_NAMED("tanh") = 0, // h' = tanh(x + U h)
  MK_CELL_RELU MK_NAMED("relu"),     // h' = max(x + U h, 0)
  MK_CELL_LSTM MK_NAMED("lstm"),     // gates i, f, g, o; c' = f c + i g; h' = o tanh(c')
  MK_CELL_GRU MK_NAMED("gru"),       // gates r, z, n; h' = (1 - z) n + z h
} mk_cell;

// One direction of a recurrent layer over a batch of sequences, all time steps. float32 and float64.
//
// The sequences are sorted by length, descending: step t has the first batch_sizes[t] of them, which never
// increases. Rows of all steps follow each other: row r of step t is row batch_sizes[0] + ... +
// batch_sizes[t - 1] + r. Everything is row-major and without gaps.
//
// With `projects` the state that is passed on is the projection of h', `width` wide; otherwise `width` is `hidden`.
typedef struct {
  mk_cell cell;
  bool reversed; // from the last step to the first
  bool projects;
  int64_t steps, hidden, width;
  const int64_t *batch_sizes;
  int64_t gradient_row; // the distance of rows of dx and drecurrent, backwards
} mk_recurrence;

// What both ways read. h0 [batch, width] and c0 [batch, hidden] may be null, which stands for zeros. LSTM alone
// has cells and projections.
typedef struct {
  const void *weight;     // U, [gates * hidden, width]
  const void *projection; // [width, hidden]
  const void *h0, *c0;
  void *out;              // [rows, width]
  void *gates;            // [rows, gates * hidden] of LSTM; GRU's r, z, n and U h of n, [rows, 4 * hidden]
  void *cells;            // c' of every row, [rows, hidden]
  void *unprojected;      // h' of every row with `projects`, [rows, hidden]
} mk_recurrence_state;

// x [rows, gates * hidden] is the inputs' part of the gates. `bias` [hidden], which may be null, is added to U h of
// GRU's n. Writes `out` and, for LSTM, last_cell [batch, hidden]; `gates` and `cells`, which serve the gradient, may
// be null.
mk_status mk_recurrence_forward(mk_dtype dtype, const mk_recurrence *r, const mk_recurrence_state *state,
                                const void *x, const void *bias, void *last_cell);

// dx [rows, gates * hidden] from dout [rows, width]. dcell [batch, hidden] (LSTM) holds the gradient of the last cells and receives that of
// c0. dh0 may be null. `drecurrent` is the gradient of U h: dx itself, but for GRU [rows, 3 * hidden].
// `dprojected` [rows, width], with `projects`, receives the gradient of the projections.
mk_status mk_recurrence_backward(mk_dtype dtype, const mk_recurrence *r, const mk_recurrence_state *state,
                                 const void *dout, void *dx, void *drecurrent, void *dprojected, void *dh0,
                                 void *dcell);

#endif
