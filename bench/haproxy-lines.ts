/** Lines of a HAProxy as a shop of middling size would write them: the same for the same number. */

const usualStart = Date.UTC(2026, 0, 15, 9);
const paths = [
  "/",
  "/cart",
  "/cart/items",
  "/product/1234",
  "/checkout",
  "/api/search",
  "/account",
];

function hash(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function haproxyDate(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(8, 10)}/${months[Number(text.slice(5, 7)) - 1]}/${text.slice(0, 4)}:${text.slice(11, 23)}`;
}

/** The n-th of `total` lines over one hour from `start` on: one session in twenty changes its node now and then. */
export function haproxyLine(n: number, total: number, start = usualStart): string {
  const at = start + Math.floor((n / total) * 3_600_000);
  const sessions = Math.max(1, Math.floor(total / 20));
  const session = hash(n) % sessions;
  const sid =
    hash(session + 7)
      .toString(16)
      .padStart(8, "0") +
    hash(session + 77)
      .toString(16)
      .padStart(8, "0");
  const bounces = session % 20 === 0 && hash(n + 3) % 4 === 0;
  const node = (session + (bounces ? 1 : 0)) % 5;
  const client = `10.${session % 250}.${hash(session) % 250}.${1 + (hash(session + 1) % 250)}`;
  const path = paths[hash(n + 1) % paths.length];
  const took = 2 + (hash(n + 2) % 180);
  return `${client}:${1024 + (hash(n + 4) % 60_000)} [${haproxyDate(at)}] www shop/web-${node + 1} 0/0/1/${took}/${took + 1} 200 ${300 + (hash(n + 5) % 20_000)} sid=${sid} - --${bounces ? "NI" : "VN"} 120/80/40/10/0 0/0 "GET ${path}?page=${n % 9} HTTP/1.1"`;
}
