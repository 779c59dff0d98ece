#pragma once
#include <zint.h>

/* Eight modules a byte, the lowest bit first; Swift does not see arrays of arrays as such. */
static inline int zint_is_dark(const struct zint_symbol *symbol, int row, int column) {
  return symbol->encoded_data[row][column >> 3] >> (column & 7) & 1;
}
