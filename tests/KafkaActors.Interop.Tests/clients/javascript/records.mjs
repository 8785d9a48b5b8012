// Records as lines of JSON, bytes in base64: what the tests and the clients' programs exchange.
import { createInterface } from 'node:readline'

export const decode = text => (text === null ? null : Buffer.from(text, 'base64'))
export const encode = bytes => (bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('base64'))

// Numbers of 64 bits are below 2^53 in every test.
export const print = value =>
  console.log(JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? Number(field) : field)))

export async function readLines () {
  const lines = []
  for await (const line of createInterface({ input: process.stdin })) lines.push(JSON.parse(line))
  return lines
}

/** The records of standard input in their order, an array for each run of one codec. */
export async function readByCodec () {
  const runs = []
  for (const record of await readLines()) {
    if (runs.at(-1)?.[0].codec !== record.codec) runs.push([])
    runs.at(-1).push(record)
  }
  return runs
}

/**
 * Prints where each record of one send is, from the base offset that each partition's batch got. `chosen` tells the
 * partition of a record that named none.
 */
export function printStored (records, baseOffsets, chosen) {
  const next = new Map(baseOffsets)
  for (const record of records) {
    const partition = record.partition ?? chosen(record)
    const offset = next.get(partition)
    next.set(partition, offset + 1)
    print({ partition, offset })
  }
}

export const printRecord = record => print({
  ...record,
  key: encode(record.key),
  value: encode(record.value),
  headers: record.headers.map(([key, value]) => ({ key, value: encode(value) }))
})
