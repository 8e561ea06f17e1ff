import { factsCameFrom, judgeChanges } from "@/lib/reports/change-verdicts";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";

const key = Symbol.for("hopwatch.verdicts");
const everyMs = 5_000;
const atOnce = 20;
/** Judging takes no more than a fifth of the time: an import of old lines has a whole history judged anew. */
const restPerWork = 4;

/** Runs a piece of work again and again, one at a time. */
class Repeated {
  private readonly timer: NodeJS.Timeout;
  private working: Promise<void> | null = null;
  private restUntil = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly work: (runtime: Runtime) => Promise<void>,
  ) {
    this.timer = setInterval(() => this.run(), everyMs);
    this.run();
  }

  run(): void {
    if (this.working || Date.now() < this.restUntil) return;
    const began = performance.now();
    this.working = this.work(this.runtime)
      .catch((error: unknown) => {
        counter({ name: "hopwatch_job_failures_total", help: "Background jobs that failed" }).inc();
        this.runtime.log.error({ err: error }, "judging changes failed; it is tried again");
      })
      .finally(() => {
        this.working = null;
        this.restUntil = Date.now() + (performance.now() - began) * restPerWork;
      });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }
}

/** Judges what changes did to stickiness: the work of one process among several. Answers how to stop. */
export function startJudging(runtime: Runtime): () => Promise<void> {
  const judging = new Repeated(runtime, async ({ pool }) => {
    await judgeChanges(pool, Date.now(), atOnce);
  });
  return () => judging.stop();
}

/** Which verdicts rest on facts that this process wrote. */
class Marks {
  private from: number | null = null;
  private readonly noting: Repeated;

  constructor(runtime: Runtime) {
    this.noting = new Repeated(runtime, async ({ pool }) => {
      const { from } = this;
      if (from === null) return;
      this.from = null;
      try {
        await factsCameFrom(pool, from, Date.now());
      } catch (error) {
        this.touched(from);
        throw error;
      }
    });
  }

  touched(from: number): void {
    this.from = Math.min(from, this.from ?? from);
  }

  async stop(): Promise<void> {
    await this.noting.stop();
  }
}

let marks: Marks | null = null;

export function startVerdicts(runtime: Runtime): void {
  marks = new Marks(runtime);
  Reflect.set(globalThis, key, marks);
}

export async function stopVerdicts(): Promise<void> {
  Reflect.deleteProperty(globalThis, key);
  await marks?.stop();
  marks = null;
}

/** Facts from this time on were written: verdicts on changes around and after it are made anew. */
export function verdictsTouched(from: number): void {
  const current: Marks | undefined = Reflect.get(globalThis, key);
  current?.touched(from);
}
