export const add = {
  add(x, y) {
    // JavaScript's numbers do not overflow at 32 bits.
    return (x + y) >>> 0;
  },
};
