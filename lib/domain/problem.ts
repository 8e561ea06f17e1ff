/**
 * An error whose cause lies with the caller or with a known state of the
 * system; the edge answers it as RFC 9457 problem+json with this status.
 */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** Response headers such as `Retry-After`. */
  readonly headers: Record<string, string>;
  readonly errors: { path: string; message: string }[] | undefined;

  constructor(
    status: number,
    title: string,
    detail?: string,
    more: { headers?: Record<string, string>; errors?: { path: string; message: string }[] } = {},
  ) {
    super(detail ? `${title}: ${detail}` : title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.headers = more.headers ?? {};
    this.errors = more.errors;
  }
}
