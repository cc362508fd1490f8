// Normally distributed numbers of a seed, as the library draws them (Runtime/SeededNormal.cs): Mersenne Twister, then Box and Muller in blocks of 16.
export function seededNormal(seed, count) {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let next = 624;
  const uniform = () => {
    if (next === 624) { twist(state); next = 0; }
    let x = state[next++];
    x ^= x >>> 11;
    x ^= (x << 7) & 0x9d2c5680;
    x ^= (x << 15) & 0xefc60000;
    x ^= x >>> 18;
    return (x & 0xffffff) / 0x1000000;
  };
  const values = Float32Array.from({ length: count }, uniform);
  for (let at = 0; at + 16 <= count; at += 16) transform(values.subarray(at, at + 16));
  if (count % 16 !== 0) {
    const last = values.subarray(count - 16);
    for (let i = 0; i < 16; i++) last[i] = uniform();
    transform(last);
  }
  return values;
}

function transform(block) {
  for (let i = 0; i < 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - block[i])), angle = 2 * Math.PI * block[i + 8];
    block[i] = radius * Math.cos(angle);
    block[i + 8] = radius * Math.sin(angle);
  }
}

function twist(state) {
  for (let i = 0; i < 624; i++) {
    const mixed = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
    state[i] = state[(i + 397) % 624] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
  }
}
