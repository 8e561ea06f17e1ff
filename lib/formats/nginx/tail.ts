import type { RequestLine } from "@/lib/domain/facts";

export function readTail(_request: RequestLine, _line: string, _at: number): void {}
