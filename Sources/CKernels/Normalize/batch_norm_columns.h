// Batch normalisation where the elements of a channel are not long runs (channels-last, [N, C], small planes), for
// each_float.h. Memory is seen as lines of `line` elements, each column of which belongs to one channel. Lines
// are folded from several rows until they fill vectors, and one short line may remain at the end.
// Work items of the statistics are chunks of MK_CHUNK_LINES lines.

// One value a column from one a channel.
MK_INLINE void MK_FN(expand)(const batch_norm_context *c, MK_C *columns, const MK_C *values) {
  int64_t row = c->channels * c->inner;
  for (int64_t channel = 0; channel < c->channels; channel++) {
    for (int64_t i = 0; i < c->inner; i++) columns[channel * c->inner + i] = values[channel];
  }
  for (int64_t j = row; j < c->line; j++) columns[j] = columns[j - row];
}

MK_CLONES static void MK_FN(column_stats)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t first = chunk * MK_CHUNK_LINES * c->line, length = c->total - first;
    if (length > MK_CHUNK_LINES * c->line) length = MK_CHUNK_LINES * c->line;
    MK_C *means = (MK_C *)c->partials + 2 * chunk * c->line, *squares = means + c->line;
    for (int64_t at = 0; at < c->line; at += MK_BAND) {
      int64_t width = c->line - at < MK_BAND ? c->line - at : MK_BAND;
      const MK_S *x = (const MK_S *)c->x + first + at;
      MK_C mean[MK_BAND] = {0}, square[MK_BAND] = {0};
      int64_t lines = length / c->line, rest = length % c->line - at;
      rest = rest < 0 ? 0 : rest > width ? width : rest;
      for (int64_t r = 0; r < lines; r++) {
        const MK_S *p = x + r * c->line;
        for (int64_t j = 0; j < width; j++) mean[j] += MK_LOAD(p[j]);
      }
      for (int64_t j = 0; j < rest; j++) mean[j] += MK_LOAD(x[lines * c->line + j]);
      for (int64_t j = 0; j < width; j++) {
        int64_t count = lines + (j < rest);
        mean[j] /= (MK_C)(count ? count : 1);
      }
      for (int64_t r = 0; r < lines; r++) {
        const MK_S *p = x + r * c->line;
        for (int64_t j = 0; j < width; j++) {
          MK_C distance = MK_LOAD(p[j]) - mean[j];
          square[j] += distance * distance;
        }
      }
      for (int64_t j = 0; j < rest; j++) {
        MK_C distance = MK_LOAD(x[lines * c->line + j]) - mean[j];
        square[j] += distance * distance;
      }
      for (int64_t j = 0; j < width; j++) {
        means[at + j] = mean[j];
        squares[at + j] = square[j];
      }
    }
  }
}

// Sums of dy and of dy * (x - mean) of every column of a chunk.
MK_CLONES static void MK_FN(column_sums)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t first = chunk * MK_CHUNK_LINES * c->line, length = c->total - first;
    if (length > MK_CHUNK_LINES * c->line) length = MK_CHUNK_LINES * c->line;
    MK_C *plains = (MK_C *)c->partials + 2 * chunk * c->line, *moments = plains + c->line;
    for (int64_t at = 0; at < c->line; at += MK_BAND) {
      int64_t width = c->line - at < MK_BAND ? c->line - at : MK_BAND;
      const MK_S *x = (const MK_S *)c->x + first + at, *dy = (const MK_S *)c->dy + first + at;
      const MK_C *mean = (const MK_C *)c->column_mean + at;
      MK_C plain[MK_BAND] = {0}, moment[MK_BAND] = {0};
      for (int64_t start = 0; start + at < length; start += c->line) {
        int64_t count = length - start - at < width ? length - start - at : width;
        for (int64_t j = 0; j < count; j++) {
          MK_C g = MK_LOAD(dy[start + j]);
          plain[j] += g;
          moment[j] += g * (MK_LOAD(x[start + j]) - mean[j]);
        }
      }
      for (int64_t j = 0; j < width; j++) {
        plains[at + j] = plain[j];
        moments[at + j] = moment[j];
      }
    }
  }
}

// The values of the columns: mean, scale and shift, or average and slope in the place of the shift.
MK_CLONES static void MK_FN(column_values)(const batch_norm_context *c) {
  MK_C *spare = c->channel_values;
  MK_FN(expand)(c, c->column_mean, c->mean);
  for (int64_t i = 0; i < c->channels; i++) {
    spare[i] = ((const MK_C *)c->rstd)[i];
    if (c->weight) spare[i] *= MK_LOAD(((const MK_S *)c->weight)[i]);
  }
  MK_FN(expand)(c, c->column_scale, spare);
  for (int64_t i = 0; i < c->channels; i++) {
    if (c->average) spare[i] = (MK_C)c->average[i];
    else spare[i] = c->bias ? MK_LOAD(((const MK_S *)c->bias)[i]) : 0;
  }
  MK_FN(expand)(c, c->column_shift, spare);
  if (!c->slope) return;
  for (int64_t i = 0; i < c->channels; i++) spare[i] = (MK_C)c->slope[i];
  MK_FN(expand)(c, c->column_slope, spare);
}

// Work items of the rest are lines.
MK_CLONES static void MK_FN(column_apply)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  const MK_C *mean = c->column_mean, *scale = c->column_scale, *shift = c->column_shift;
  for (int64_t r = begin; r < end; r++) {
    int64_t first = r * c->line, count = c->total - first < c->line ? c->total - first : c->line;
    const MK_S *x = (const MK_S *)c->x + first;
    MK_S *y = (MK_S *)c->y + first;
    for (int64_t j = 0; j < count; j += MK_LANES) {
      int64_t left = count - j;
      MK_FN(lanes) v = MK_FN(load_up_to)(x + j, left, 0) - MK_FN(load_raw)(mean + j);
      MK_FN(store_up_to)(y + j, left, v * MK_FN(load_raw)(scale + j) + MK_FN(load_raw)(shift + j));
    }
  }
}

MK_CLONES static void MK_FN(column_gradient)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  const MK_C *mean = c->column_mean, *scale = c->column_scale, *average = c->column_shift;
  const MK_C *slope = c->column_slope;
  for (int64_t r = begin; r < end; r++) {
    int64_t first = r * c->line, count = c->total - first < c->line ? c->total - first : c->line;
    const MK_S *x = (const MK_S *)c->x + first, *dy = (const MK_S *)c->dy + first;
    MK_S *dx = (MK_S *)c->y + first;
    for (int64_t j = 0; j < count; j += MK_LANES) {
      int64_t left = count - j;
      MK_FN(lanes) g = MK_FN(load_up_to)(dy + j, left, 0);
      if (c->training) {
        MK_FN(lanes) v = MK_FN(load_up_to)(x + j, left, 0) - MK_FN(load_raw)(mean + j);
        g = g - MK_FN(load_raw)(average + j) - v * MK_FN(load_raw)(slope + j);
      }
      MK_FN(store_up_to)(dx + j, left, g * MK_FN(load_raw)(scale + j));
    }
  }
}
