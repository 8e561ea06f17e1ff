/*
 * Session events from a Next.js app, or from any that handles the web's `Request`. This file stands
 * alone: copy it into your app beside `hopwatch.ts`. Works in route handlers, server components,
 * server actions and `proxy.ts`; on the Node.js runtime.
 *
 *   const hopwatch = new SessionReporter({ pool: "shop" });
 *   const sessionOf = sessionReader(hopwatch, { cookie: "sid", store: "redis" }, (id) => redis.get(id));
 *
 *   export const GET = route(hopwatch, async (request) => {
 *     const session = await sessionOf(request.headers);        // reported: found or lost, and how long it took
 *     …
 *   });
 *   const session = await sessionOf(await headers());          // in a server component
 */

interface WebHeaders {
  get(name: string): string | null;
}

/** What is used of a `SessionReporter`. */
export interface Reporter {
  during<T>(headers: WebHeaders, run: () => T): T;
  observe<T>(
    asked: { sessionId: string | undefined; headers: WebHeaders; store: string },
    read: () => Promise<T>,
  ): Promise<T>;
}

/** A route handler, a server action or `proxy` whose events carry its request's correlation ID. */
export function route<R extends { headers: WebHeaders }, A extends unknown[], T>(
  reporter: Reporter,
  handler: (request: R, ...rest: A) => T,
): (request: R, ...rest: A) => T {
  return (request, ...rest) => reporter.during(request.headers, () => handler(request, ...rest));
}

/**
 * Finds the session of a request by its headers, and reports whether it was there and how long that
 * took. Gives what `read` gives, or null where the request has no such cookie; what `read` throws
 * comes through.
 */
export function sessionReader<T>(
  reporter: Reporter,
  { cookie, store }: { cookie: string; store: string },
  read: (sessionId: string) => Promise<T>,
): (headers: WebHeaders) => Promise<T | null> {
  return async (headers) => {
    const sessionId = cookieIn(headers.get("cookie") ?? "", cookie);
    if (!sessionId) return null;
    return await reporter.observe({ sessionId, headers, store }, () => read(sessionId));
  };
}

/** RFC 6265, 5.4: pairs with semicolons between; the first of a name counts. */
function cookieIn(header: string, name: string): string | null {
  const pairs = header.split(";").map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  if (!value) return null;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
