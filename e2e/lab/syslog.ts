import { createSocket, type Socket } from "node:dgram";

/** Receives syslog datagrams and keeps each as it was written. */
export class SyslogReceiver {
  readonly lines: string[] = [];
  readonly #socket: Socket = createSocket("udp4");
  port = 0;

  async start(): Promise<void> {
    this.#socket.on("message", (message) => this.lines.push(message.toString("utf8").trimEnd()));
    await new Promise<void>((resolve) => this.#socket.bind(0, "127.0.0.1", resolve));
    this.port = this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}
