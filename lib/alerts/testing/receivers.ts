import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SMTPServer } from "smtp-server";
import { z } from "zod";

/** How a receiver behaves at its next calls; when there is none left it takes them. */
export type Mood = { status: number; retryAfter?: string } | { slowMs: number } | "hangs up";

export interface Taken {
  /** The first part of the path: which receiver it is. */
  to: string;
  /** What was said, in the receiver's own words. */
  said: string;
  /** Under which key the receiver knows the alert. */
  key: string;
}

export interface Receivers {
  url: string;
  smtpPort: number;
  /** What was taken, in order. */
  taken: Taken[];
  /** What came and was not understood. */
  refused: string[];
  letters: { to: string[]; text: string }[];
  /** Moods by receiver; `mail` is the SMTP server. */
  moods: Map<string, Mood[]>;
  close(): Promise<void>;
}

const event = z.object({
  routing_key: z.string().min(8),
  event_action: z.enum(["trigger", "acknowledge", "resolve"]),
  dedup_key: z.string().max(255),
});
const trigger = event.extend({
  payload: z.object({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(["critical", "error", "warning", "info"]),
    timestamp: z.iso.datetime({ offset: true }),
  }),
});
const opened = z.object({
  message: z.string().min(1).max(130),
  alias: z.string().max(512),
  description: z.string().max(15_000),
  priority: z.enum(["P1", "P2", "P3", "P4", "P5"]),
  details: z.record(z.string(), z.string()),
  tags: z.array(z.string().max(50)).max(20),
});
const card = z.object({
  type: z.literal("message"),
  attachments: z
    .array(
      z.object({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        content: z.object({
          type: z.literal("AdaptiveCard"),
          version: z.string(),
          body: z.array(z.looseObject({ type: z.string() })).min(1),
        }),
      }),
    )
    .length(1),
});
const slackMessage = z.object({ text: z.string().min(1), blocks: z.array(z.unknown()).max(50) });
const posted = z
  .array(
    z.object({
      labels: z.record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string()),
      annotations: z.record(z.string(), z.string()),
      startsAt: z.iso.datetime({ offset: true }),
      endsAt: z.iso.datetime({ offset: true }),
      generatorURL: z.url(),
    }),
  )
  .length(1);

/** What a receiver makes of a call: what it took, and what it answers; throws where its own checks fail. */
function read(to: string, path: string, request: IncomingMessage, body: string) {
  const value: unknown = JSON.parse(body);
  switch (to) {
    case "pagerduty": {
      const { event_action: said, dedup_key: key } = event.parse(value);
      if (said === "trigger") trigger.parse(value);
      return { said, key, status: 202 };
    }
    case "opsgenie": {
      if (request.headers.authorization !== "GenieKey key-of-opsgenie") throw new Error("no key");
      const verb = /^\/v2\/alerts\/([^/]+)\/(close|acknowledge)\?identifierType=alias$/.exec(path);
      if (verb) return { said: verb[2] ?? "", key: verb[1] ?? "", status: 202 };
      if (path !== "/v2/alerts") throw new Error(`nothing at ${path}`);
      return { said: "create", key: opened.parse(value).alias, status: 202 };
    }
    case "teams": {
      if (Buffer.byteLength(body) > 28_000) throw new Error("too large");
      const [first] = card.parse(value).attachments;
      return { said: String(first?.content.body[0]?.text), key: "", status: 202 };
    }
    case "slack":
      return { said: slackMessage.parse(value).text, key: "", status: 200 };
    case "alertmanager": {
      if (path !== "/api/v2/alerts") throw new Error(`nothing at ${path}`);
      const [alert] = posted.parse(value);
      // What goes on is told with an end a day ahead.
      const lasts = Date.parse(alert?.endsAt ?? "") - Date.parse(alert?.startsAt ?? "");
      const ended = lasts < 20 * 3_600_000;
      return {
        said: ended ? "end" : "begin",
        key: alert?.labels.hopwatch_alert ?? "",
        status: 200,
      };
    }
    default: {
      const key = String(request.headers["x-hopwatch-delivery"]);
      return { said: String(request.headers["x-hopwatch-event"]), key, status: 200 };
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** An HTTP server that speaks like each receiver, and an SMTP server; both on free ports. */
export async function startReceivers(): Promise<Receivers> {
  const taken: Taken[] = [];
  const refused: string[] = [];
  const letters: Receivers["letters"] = [];
  const moods: Receivers["moods"] = new Map();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, to = "", path = ""] = /^\/([^/?]+)(.*)$/.exec(request.url ?? "") ?? [];
    const body = await bodyOf(request);
    const mood = moods.get(to)?.shift();
    if (mood === "hangs up") return void request.socket.destroy();
    if (mood && "status" in mood) {
      response.writeHead(mood.status, mood.retryAfter ? { "retry-after": mood.retryAfter } : {});
      return void response.end("not now");
    }
    if (mood) await new Promise((resolve) => setTimeout(resolve, mood.slowMs));
    try {
      const { status, ...what } = read(to, path, request, body);
      taken.push({ to, ...what });
      response.writeHead(status).end("ok");
    } catch (error) {
      refused.push(`${to}: ${String(error)}`);
      response.writeHead(400).end("not understood");
    }
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  const smtp = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === "hopwatch" && password === "secret of mail"
        ? done(null, { user: username })
        : done(new Error("not known here")),
    onRcptTo: (_, __, done) => {
      const mood = moods.get("mail")?.shift();
      if (!mood || mood === "hangs up" || !("status" in mood)) return done();
      done(Object.assign(new Error("try again later"), { responseCode: mood.status }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        letters.push({ to: session.envelope.rcptTo.map(({ address: to }) => to), text });
        taken.push({
          to: "mail",
          said: /^Subject: (.*)$/m.exec(text)?.[1] ?? "",
          key: /^Message-ID: (.*)$/m.exec(text)?.[1] ?? "",
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const mail = smtp.server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    smtpPort: typeof mail === "object" && mail !== null ? mail.port : 0,
    taken,
    refused,
    letters,
    moods,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => smtp.close(resolve));
    },
  };
}
