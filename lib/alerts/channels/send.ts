import nodemailer from "nodemailer";
import { type Call, type HttpCall, type Letter, type Outcome, outcomeOf } from "./channel";

/** Sends a call; throws where nothing answers in time. */
export type Send = (call: Call) => Promise<Outcome>;

/** Over the network, waiting no longer than `timeoutMs` for an answer. */
export function sendWithin(timeoutMs: number): Send {
  return async (call) =>
    call.kind === "http" ? await post(call, timeoutMs) : await mail(call, timeoutMs);
}

async function post(call: HttpCall, timeoutMs: number): Promise<Outcome> {
  const response = await fetch(call.url, {
    method: "POST",
    headers: call.headers,
    body: call.body,
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const body = await response.text();
  return outcomeOf({ status: response.status, body }, response.headers.get("retry-after"));
}

/** Replies of SMTP: 4yz may be tried again, 5yz is a refusal (RFC 5321, 4.2.1). */
async function mail(letter: Letter, timeoutMs: number): Promise<Outcome> {
  const { server } = letter;
  const transport = nodemailer.createTransport({
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    ...(server.user === "" ? {} : { auth: { user: server.user, pass: server.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response, rejected } = await transport.sendMail({
      from: letter.from,
      to: letter.to,
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      messageId: letter.messageId,
      ...(letter.answers === null ? {} : { inReplyTo: letter.answers, references: letter.answers }),
      headers: { "Auto-Submitted": "auto-generated" },
    });
    const refused = rejected.length > 0 ? ` (refused: ${rejected.map(String).join(", ")})` : "";
    return { kind: "sent", answer: `${response}${refused}`.slice(0, 500) };
  } catch (error) {
    const code = replyCode(error);
    if (code === null) throw error;
    const answer = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    return code >= 500 ? { kind: "failed", answer } : { kind: "later", answer, afterMs: null };
  } finally {
    transport.close();
  }
}

/** The reply that an SMTP server gave; null where it gave none. */
function replyCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("responseCode" in error)) return null;
  return typeof error.responseCode === "number" ? error.responseCode : null;
}
