/**
 * Latency in log-scaled buckets, so that the quantiles of any period and any
 * set of nodes are sums of what was counted per minute.
 *
 * A bucket b holds durations from 1.05^b up to 1.05^(b+1) milliseconds, hence
 * a quantile read from it is at most about 2.5 % off. What took less than half
 * a millisecond counts as half a millisecond.
 */

const base = Math.log(1.05);
const shortest = 0.5;

/** The bucket of a duration: floor(ln(max(ms, 0.5)) / ln 1.05), from -15. SQL that counts must say the same. */
export function latencyBucket(ms: number): number {
  return Math.floor(Math.log(Math.max(ms, shortest)) / base);
}

/** The duration that stands for a bucket: the geometric middle of its ends, in milliseconds. */
export function bucketMs(bucket: number): number {
  return Math.exp((bucket + 0.5) * base);
}

/** How many requests fell into a bucket. */
export interface LatencyCount {
  bucket: number;
  n: number;
}

/**
 * The duration, in milliseconds, that the share `q` (0 to 1) of the requests
 * did not exceed, by nearest rank; null when nothing was counted. The counts
 * may come in any order, a bucket more than once.
 */
export function quantile(histogram: readonly LatencyCount[], q: number): number | null {
  const sorted = histogram.filter((count) => count.n > 0).sort((a, b) => a.bucket - b.bucket);
  const total = sorted.reduce((sum, count) => sum + count.n, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(Math.min(Math.max(q, 0), 1) * total));
  let seen = 0;
  for (const count of sorted) {
    seen += count.n;
    if (seen >= rank) return bucketMs(count.bucket);
  }
  return null;
}

/** The bucket that a stored histogram begins with, whose counts are the buckets from there on. */
const firstBucket = -15;

/** The place of a bucket in a stored histogram, from 0. */
export function bucketPlace(bucket: number): number {
  return bucket - firstBucket;
}

/** Adds a stored histogram to a sum; both begin with the shortest bucket. */
export function addCounts(sum: number[], counts: readonly number[]): void {
  while (sum.length < counts.length) sum.push(0);
  for (let place = 0; place < counts.length; place++)
    sum[place] = (sum[place] ?? 0) + (counts[place] ?? 0);
}

const comma = 44;
const zero = 48;
const nine = 57;

/**
 * As `addCounts`, of a histogram written as a list of whole numbers, such as `{0,3,1}`: far quicker than reading it first.
 * @param first the place of its first number.
 */
export function addCountsText(sum: number[], text: string, first = 0): void {
  while (sum.length < first) sum.push(0);
  let place = first;
  let n = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= zero && code <= nine) {
      n = n * 10 + code - zero;
      continue;
    }
    if (code !== comma) continue;
    sum[place] = (sum[place] ?? 0) + n;
    place++;
    n = 0;
  }
  sum[place] = (sum[place] ?? 0) + n;
}

/** As `quantile`, of a stored histogram. */
export function quantileOfCounts(counts: readonly number[], q: number): number | null {
  let total = 0;
  for (const n of counts) total += n;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(Math.min(Math.max(q, 0), 1) * total));
  let seen = 0;
  for (let place = 0; place < counts.length; place++) {
    seen += counts[place] ?? 0;
    if (seen >= rank) return bucketMs(place + firstBucket);
  }
  return null;
}
