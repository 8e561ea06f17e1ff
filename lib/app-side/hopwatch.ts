/*
 * Tells Hopwatch what an app does with its sessions. This file stands alone: copy
 * it into your app. It needs Node.js 20 or newer and no package, and holds
 * no syntax that Node's own type stripping does not take.
 *
 *   const hopwatch = new SessionReporter({ url, key });
 *   app.use(hopwatch.middleware());                        // Express, Connect: before the session
 *   app.use(session({ store: hopwatch.store(new RedisStore({ client }), "redis"), … }));
 *
 * It never throws into the app and never makes a request wait: events go into a
 * queue, and are sent in batches beside it. When Hopwatch is away and the queue is
 * full, events are dropped and counted.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { hostname } from "node:os";

export type SessionEventType =
  `session.${"created" | "retrieved" | "updated" | "missing" | "destroyed" | "expired"}`;

export interface SessionEvent {
  type: SessionEventType;
  /** As the client presents it; Hopwatch keeps only a keyed hash. */
  sessionId: string;
  /** When it happened; now when absent. */
  time?: Date;
  correlationId?: string | null;
  store?: string;
  hit?: boolean;
  latencyMs?: number;
  previousSessionId?: string;
  attributes?: Record<string, string | number | boolean>;
}

export interface ReporterOptions {
  /** Where Hopwatch is; HOPWATCH_URL when absent. */
  url?: string;
  /** The ingest key; HOPWATCH_INGEST_KEY when absent. */
  key?: string;
  /** Who this process is; HOPWATCH_NODE or the host's name when absent. */
  node?: string;
  pool?: string;
  /** The request header that the load balancer logs too; the usual ones in turn when absent. */
  correlationHeader?: string;
  /** How long events are gathered, in ms; 1000 when absent. */
  everyMs?: number;
  /** Events that may wait; 10,000 when absent. Beyond them, or beyond 8 MiB of them, the newest are dropped. */
  most?: number;
  /** Told of the first trouble and of every hundredth after it; nobody when absent. */
  onTrouble?: (message: string) => void;
}

/** What the reporter did so far; `waitingSize` is in characters of JSON. */
export interface ReporterCounts {
  waiting: number;
  waitingSize: number;
  sent: number;
  /** For want of room, or because Hopwatch refused them. */
  dropped: number;
}

type NodeHeaders = Record<string, string | string[] | undefined>;

/** Headers as Node has them, or as the web's Request has them. */
export type HeaderSource = NodeHeaders | { get(name: string): string | null };

/** A store as express-session, Connect and @fastify/session know it, as far as it is listened to. */
export interface SessionStore {
  get(id: string, callback: never): unknown;
  set(id: string, session: never, callback?: never): unknown;
  destroy(id: string, callback?: never): unknown;
}

/** A store's operation under way. */
interface Asked {
  sessionId: string;
  store: string;
  time: Date;
  began: number;
}

interface RequestContext {
  correlationId: string | null;
  /** Sessions that were found or made in this request. */
  known: Set<string>;
  /** The session that this request lost or ended. */
  previous: string | null;
}

const usualHeaders = ["x-request-id", "x-amzn-trace-id", "traceparent"];
const perDelivery = 500;
const largestQueue = 8 * 1024 * 1024;
const answerWithinMs = 5000;
const longestPauseMs = 30_000;

/** What ties the request to its line in the load balancer's log; null where nothing does. */
export function correlationIdOf(headers: HeaderSource, name?: string): string | null {
  for (const header of name === undefined ? usualHeaders : [name.toLowerCase()]) {
    const value = isWebHeaders(headers) ? headers.get(header) : headers[header];
    const first = Array.isArray(value) ? value[0] : value;
    if (first) return first.slice(0, 500);
  }
  return null;
}

function isWebHeaders(headers: HeaderSource): headers is { get(name: string): string | null } {
  return typeof headers.get === "function";
}

export class SessionReporter {
  private readonly context = new AsyncLocalStorage<RequestContext>();
  private readonly options: ReporterOptions;
  private readonly url: string;
  private readonly key: string;
  private readonly node: string;
  private queue: string[] = [];
  private size = 0;
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  private closed = false;
  private failures = 0;
  private troubles = 0;
  private sent = 0;
  private dropped = 0;

  constructor(options: ReporterOptions = {}) {
    this.options = options;
    const { HOPWATCH_URL, HOPWATCH_INGEST_KEY, HOPWATCH_NODE } = process.env;
    this.url = (options.url ?? HOPWATCH_URL ?? "http://127.0.0.1:3000").replace(/\/+$/, "");
    this.key = options.key ?? HOPWATCH_INGEST_KEY ?? "";
    this.node = options.node ?? HOPWATCH_NODE ?? hostname();
  }

  get counts(): ReporterCounts {
    const { queue, size: waitingSize, sent, dropped } = this;
    return { waiting: queue.length, waitingSize, sent, dropped };
  }

  /** Puts an event into the queue. Never throws, never waits. */
  report(event: SessionEvent): void {
    const full = "the queue is full, events are dropped";
    if (this.queue.length >= (this.options.most ?? 10_000)) {
      this.drop(full);
      return;
    }
    try {
      const { time, correlationId, ...rest } = event;
      const text = JSON.stringify({
        ...rest,
        time: (time ?? new Date()).toISOString(),
        correlationId: correlationId ?? this.context.getStore()?.correlationId ?? null,
        node: this.node,
        ...(this.options.pool === undefined ? {} : { pool: this.options.pool }),
      });
      if (this.size + text.length > largestQueue) {
        this.drop(full);
        return;
      }
      this.queue.push(text);
      this.size += text.length;
      this.schedule(this.queue.length >= perDelivery && this.failures === 0);
    } catch (error) {
      this.drop(String(error));
    }
  }

  private drop(why: string): void {
    this.dropped += 1;
    this.tell(why);
  }

  private schedule(soon: boolean): void {
    if (this.sending || this.closed) return;
    if (this.timer) {
      if (!soon) return;
      clearTimeout(this.timer);
    }
    const gatherMs = this.options.everyMs ?? 1000;
    const pauseMs = Math.min(longestPauseMs, gatherMs * 2 ** Math.min(this.failures, 10));
    this.timer = setTimeout(() => void this.flush(), soon ? 0 : pauseMs);
    // What is still waiting must not keep the process alive; `close` sends it.
    this.timer.unref();
  }

  /** Resolves when what waits was sent, or could not be. Never rejects. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
      if (this.queue.length > 0) this.schedule(false);
    });
    await this.sending;
  }

  /** For the end of the process: sends what waits, for at most some seconds. */
  async close(mostMs = answerWithinMs): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, mostMs);
    });
    // Twice: a kept connection may turn out to be dead.
    await Promise.race([this.flush().then(() => this.flush()), over]);
    clearTimeout(timer);
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0 && !this.closed) {
      const batch = this.queue.slice(0, perDelivery);
      const refused = await this.send(batch);
      if (refused === null) {
        this.failures += 1;
        return;
      }
      this.failures = 0;
      this.queue.splice(0, batch.length);
      this.size -= batch.reduce((sum, { length }) => sum + length, 0);
      this.sent += batch.length - refused;
      this.dropped += refused;
    }
  }

  /**
   * How many of the batch Hopwatch will never take; null to try again later. A batch that
   * is sent twice, because its answer was lost, counts once at Hopwatch.
   */
  private async send(batch: readonly string[]): Promise<number | null> {
    try {
      const response = await fetch(`${this.url}/api/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson", authorization: `Bearer ${this.key}` },
        body: `${batch.join("\n")}\n`,
        signal: AbortSignal.timeout(answerWithinMs),
      });
      const text = await response.text();
      const { status } = response;
      if (!response.ok) {
        this.tell(`Hopwatch answered ${status}`);
        return status === 408 || status === 429 || status >= 500 ? null : batch.length;
      }
      const rejected = Number(/"rejected":(\d+)/.exec(text)?.[1] ?? 0);
      if (rejected > 0) this.tell(`Hopwatch rejected ${rejected} events`);
      return Math.min(rejected, batch.length);
    } catch (error) {
      this.tell(`Hopwatch does not answer: ${String(error)}`);
      return null;
    }
  }

  private tell(message: string): void {
    this.troubles += 1;
    if (this.troubles % 100 !== 1) return;
    try {
      this.options.onTrouble?.(message);
    } catch {
      // Whoever listens must not break the app either.
    }
  }

  /** Runs something for a request: events inside it carry the request's correlation ID. */
  during<T>(headers: HeaderSource, run: () => T): T {
    let correlationId: string | null = null;
    try {
      correlationId = correlationIdOf(headers, this.options.correlationHeader);
    } catch (error) {
      this.tell(String(error));
    }
    return this.context.run({ correlationId, known: new Set(), previous: null }, run);
  }

  /** Express and Connect: use it before the session middleware. */
  middleware(): (request: { headers: NodeHeaders }, response: unknown, next: () => void) => void {
    return (request, _response, next) => this.during(request.headers, next);
  }

  /** Fastify: `app.register(hopwatch.fastify())`, before the session plugin. */
  fastify(): (app: FastifyLike, options: unknown, done: () => void) => void {
    const plugin = (app: FastifyLike, _options: unknown, done: () => void) => {
      app.addHook("onRequest", (request, _reply, next) => this.during(request.headers, next));
      app.addHook("onClose", (_app, next) => void this.close().then(() => next()));
      done();
    };
    // The hooks hold for the whole app, not for the plugin alone.
    return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
  }

  /**
   * Listens to a session store: the same store comes back, and reports what
   * becomes of each session. Stores that call back and stores that promise are both understood.
   * @param name how Hopwatch calls the store, such as `redis`.
   */
  store<S extends SessionStore>(store: S, name: string): S {
    const { get, set, destroy } = store;
    type Told = (asked: Asked, error?: unknown, value?: unknown) => void;
    const listened =
      (run: (...args: never[]) => unknown, tell: Told) =>
      (sessionId: string, ...rest: unknown[]) => {
        const asked = { sessionId, store: name, time: new Date(), began: performance.now() };
        const callback = rest.at(-1);
        if (typeof callback === "function")
          rest[rest.length - 1] = (error?: unknown, value?: unknown) => {
            tell(asked, error, value);
            callback(error, value);
          };
        const result: unknown = Reflect.apply(run, store, [sessionId, ...rest]);
        if (typeof callback === "function") return result;
        if (result instanceof Promise)
          result.then(
            (value) => tell(asked, null, value),
            (error) => tell(asked, error ?? "failed"),
          );
        else tell(asked, null, result);
        return result;
      };
    return Object.assign(store, {
      get: listened(get, (asked, error, session) => this.found(asked, error, session)),
      set: listened(set, (asked, error) => this.stored(asked, error)),
      destroy: listened(destroy, (asked, error) => this.ended(asked, error)),
    });
  }

  /**
   * For apps without such a store: runs the reading of a session, and reports whether it was
   * found and how long it took. What `read` returns or throws comes through unchanged.
   */
  async observe<T>(
    asked: { sessionId: string | undefined; headers: HeaderSource; store: string },
    read: () => Promise<T>,
  ): Promise<T> {
    const { sessionId, headers, store } = asked;
    if (!sessionId) return await read();
    const own = { sessionId, store, time: new Date(), began: performance.now() };
    const tell = (error: unknown, session?: unknown) => {
      if (this.context.getStore()) this.found(own, error, session);
      else this.during(headers, () => this.found(own, error, session));
    };
    let session: T;
    try {
      session = await read();
    } catch (error) {
      tell(error ?? "failed");
      throw error;
    }
    tell(null, session);
    return session;
  }

  private found(asked: Asked, error: unknown, session: unknown): void {
    const hit = !error && session !== null && session !== undefined;
    const context = this.context.getStore();
    if (context && hit) context.known.add(asked.sessionId);
    if (context && !hit) context.previous = asked.sessionId;
    const attributes = error ? { error: nameOfError(error) } : undefined;
    this.report({
      type: hit ? "session.retrieved" : "session.missing",
      ...took(asked),
      hit,
      attributes,
    });
  }

  private stored(asked: Asked, error: unknown): void {
    // A store that failed holds nothing: the next request finds out, and says so.
    if (error) return;
    const { sessionId } = asked;
    const context = this.context.getStore();
    const isNew = context !== undefined && !context.known.has(sessionId);
    context?.known.add(sessionId);
    const previous = isNew && context.previous !== sessionId ? context.previous : null;
    const tie = previous === null ? {} : { previousSessionId: previous };
    this.report({ type: isNew ? "session.created" : "session.updated", ...took(asked), ...tie });
  }

  private ended(asked: Asked, error: unknown): void {
    if (error) return;
    const context = this.context.getStore();
    if (context) context.previous = asked.sessionId;
    this.report({ type: "session.destroyed", ...took(asked) });
  }
}

type FastifyHook = (request: { headers: NodeHeaders }, reply: unknown, next: () => void) => void;

interface FastifyLike {
  addHook(name: "onRequest", hook: FastifyHook): unknown;
  addHook(name: "onClose", hook: (app: unknown, next: () => void) => void): unknown;
}

function took({ sessionId, store, time, began }: Asked) {
  return { sessionId, store, time, latencyMs: Math.round((performance.now() - began) * 1e3) / 1e3 };
}

/** Its code or class, never its message, which may hold anything. */
function nameOfError(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
