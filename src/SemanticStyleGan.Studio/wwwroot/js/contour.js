// The outline of a class in a label map, as smooth closed curves.

/** A path in units of pixels around all pixels of `labels` (side × side) that are `value`. */
export function outline(labels, side, value) {
  const inside = (x, y) => x >= 0 && y >= 0 && x < side && y < side && labels[y * side + x] === value;
  // Edges with the inside on their right: from corner to corner, keyed by where they start.
  const edges = new Map();
  const add = (x0, y0, x1, y1) => {
    const key = y0 * (side + 1) + x0, ends = edges.get(key);
    ends ? ends.push([x1, y1]) : edges.set(key, [[x1, y1]]);
  };
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      if (!inside(x, y)) continue;
      if (!inside(x, y - 1)) add(x, y, x + 1, y);
      if (!inside(x + 1, y)) add(x + 1, y, x + 1, y + 1);
      if (!inside(x, y + 1)) add(x + 1, y + 1, x, y + 1);
      if (!inside(x - 1, y)) add(x, y + 1, x, y);
    }
  const path = new Path2D();
  for (const [start, ends] of edges)
    while (ends.length) {
      const corners = [[start % (side + 1), Math.floor(start / (side + 1))]];
      for (let next = ends.pop(); next; next = edges.get(next[1] * (side + 1) + next[0])?.pop()) corners.push(next);
      smooth(path, corners);
    }
  return path;
}

// Through the middles of the edges, each averaged with its neighbours: pixels make stairs, parts don't.
function smooth(path, corners) {
  const count = corners.length - 1, weights = [1, 2, 3, 2, 1], reach = 2;
  const middles = Array.from({ length: count }, (_, i) => [0, 1].map(axis => (corners[i][axis] + corners[i + 1][axis]) / 2));
  const points = count < 12 ? middles : middles.map((_, i) => [0, 1].map(axis => weights.reduce((sum, weight, k) => sum + weight * middles[(i + k - reach + count) % count][axis], 0) / 9));
  const between = i => [0, 1].map(axis => (points[i % count][axis] + points[(i + 1) % count][axis]) / 2);
  path.moveTo(...between(count - 1));
  for (let i = 0; i < count; i++) path.quadraticCurveTo(...points[i], ...between(i));
}

/** The box around all pixels that are `value`, in shares of the side; null where there are too few to be seen. */
export function box(labels, side, value) {
  let left = side, right = -1, top = side, bottom = -1, count = 0;
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] !== value) continue;
    const x = at % side, y = (at - x) / side;
    count++;
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  if (count < 2) return null;
  return { x: left / side, y: top / side, width: (right + 1 - left) / side, height: (bottom + 1 - top) / side };
}
