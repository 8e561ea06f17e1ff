import { Problem } from "@/lib/domain/problem";

const longestTurnMs = 30_000;

interface Waiting {
  amount: number;
  enter(): void;
}

/**
 * What many callers at once may hold of something that is scarce, such as memory: who comes when it is all taken waits for
 * its turn, in order of arrival, or is asked to come again.
 */
export class Held {
  private taken = 0;
  private waiting: Waiting[] = [];

  /** @param most in whatever unit the callers use. */
  constructor(private readonly most: number) {}

  /**
   * Takes some of it at once, whoever waits.
   * @returns how to give it back; null where there is not so much left.
   */
  takeNow(amount: number): (() => void) | null {
    if (this.taken + amount > this.most) return null;
    this.taken += amount;
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      this.taken -= amount;
      this.admit();
    };
  }

  /**
   * Takes some of it, when there is so much left and those who came before have theirs.
   * @returns how to give it back.
   * @throws Problem 503 after `patienceMs`, and when the caller has gone.
   */
  async take(amount: number, patienceMs: number, gone?: AbortSignal): Promise<() => void> {
    const now = this.waiting.length === 0 ? this.takeNow(amount) : null;
    if (now) return now;
    return await new Promise((resolve, reject) => {
      const entry: Waiting = {
        amount,
        enter: () => {
          over();
          const back = this.takeNow(amount);
          if (back) resolve(back);
          else reject(busy());
        },
      };
      const leave = () => {
        over();
        this.waiting = this.waiting.filter((other) => other !== entry);
        reject(busy());
        this.admit();
      };
      const timer = setTimeout(leave, patienceMs);
      const over = () => {
        clearTimeout(timer);
        gone?.removeEventListener("abort", leave);
      };
      this.waiting.push(entry);
      gone?.addEventListener("abort", leave);
      if (gone?.aborted) leave();
    });
  }

  private admit(): void {
    for (;;) {
      const [next] = this.waiting;
      if (!next || this.taken + next.amount > this.most) return;
      this.waiting.shift();
      next.enter();
    }
  }
}

/** What is answered to those for whom nothing is left. */
export function busy(): Problem {
  return new Problem(
    503,
    "Service Unavailable",
    "Too much of this is going on at once. Ask again in a moment; of what was sent nothing is lost, send it again.",
    { headers: { "Retry-After": "5" } },
  );
}

/** The one of this name in the process; the framework bundles a module several times over, each copy with variables of its own. */
export function heldBy(name: string, most: number): Held {
  const key = Symbol.for(`hopwatch.held.${name}`);
  const current: unknown = Reflect.get(globalThis, key);
  // The copies have classes of their own too.
  if (isHeld(current)) return current;
  const made = new Held(most);
  Reflect.set(globalThis, key, made);
  return made;
}

/**
 * Does what takes much memory for a few callers at a time.
 * @throws Problem 503 where it is not this caller's turn within half a minute; what `work` throws.
 */
export async function inTurn<T>(
  name: string,
  most: number,
  gone: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const leave = await heldBy(name, most).take(1, longestTurnMs, gone);
  try {
    return await work();
  } finally {
    leave();
  }
}

function isHeld(value: unknown): value is Held {
  return typeof value === "object" && value !== null && "takeNow" in value && "take" in value;
}
