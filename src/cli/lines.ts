import { createInterface } from 'node:readline'

/** One line of a JSON lines stream: its value, or what is wrong with it. */
export type JsonLine = { line: number; value: Record<string, unknown> } | { line: number; error: string }

/** Reads JSON objects, one a line; blank lines are skipped but counted, broken ones are reported in their place. */
export async function* readJsonLines(input: NodeJS.ReadableStream): AsyncGenerator<JsonLine> {
  let line = 0
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++
    const trimmed = (line === 1 ? text.replace(/^\uFEFF/, '') : text).trim()
    if (trimmed !== '') yield parseLine(trimmed, line)
  }
}

function parseLine(text: string, line: number): JsonLine {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { line, error: 'This line is not a JSON object' }
    }
    return { line, value: value as Record<string, unknown> } // an object that is no array has string keys
  } catch (error) {
    return { line, error: `Not valid JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Writes one JSON line and waits while the reader is behind, so that memory stays flat. */
export async function writeJsonLine(output: NodeJS.WritableStream, value: unknown): Promise<void> {
  if (!output.write(`${JSON.stringify(value)}\n`)) {
    await new Promise<void>((resolve) => output.once('drain', resolve))
  }
}
