/** The sessions that were on a node within a cell's time. */
export function sessionsOf(
  href: (path: string, more?: Record<string, string | null>) => string,
  node: string,
  from: number,
  step: number,
): string {
  return href("/sessions", {
    from: new Date(from).toISOString(),
    to: new Date(from + step).toISOString(),
    node,
  });
}
