// Captures messages from @platformatic/kafka, an implementation that is not ours. See README.md.
// Its own functions make the requests. It makes no responses: its Writer writes the fields that a case names, and its
// own functions have to read them back as what was meant.
import { deepStrictEqual } from 'node:assert'
import { writeFileSync } from 'node:fs'
import * as kafka from '@platformatic/kafka'

// A response's fields, each with its type, in the order of the wire.
const typed = append => value => ({ append, value })
export const int8 = typed('appendInt8')
export const int16 = typed('appendInt16')
export const int32 = typed('appendInt32')
export const int64 = typed('appendInt64')
export const bool = typed('appendBoolean')
export const uuid = typed('appendUUID')
export const string = typed('appendString')
export const structs = value => ({ structs: true, value })
export const ids = value => ({ ids: true, value })
export const struct = value => ({ struct: true, value })
export const tagged = (tag, field) => ({ tag, ...field })

/** The values without their types. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, typed]) => [name, plain(typed.value)]))
}

/** As the other implementation names fields and takes 64-bit integers. */
function camel(value) {
  if (Array.isArray(value)) return value.map(camel)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) =>
    [name[0].toLowerCase() + name.slice(1), name === 'Offset' ? BigInt(field) : camel(field)]))
}

/** What was read, without the fields that the version lacks and reading gave a default. */
function only(read, wanted) {
  if (typeof read === 'bigint') return Number(read)
  if (Array.isArray(read) && Array.isArray(wanted)) return read.map((item, i) => only(item, wanted[i]))
  if (read === null || wanted === null || typeof wanted !== 'object') return read
  return Object.fromEntries(Object.keys(wanted).map(name => [name, only(read[name], wanted[name])]))
}

function writeStruct(writer, struct, flexible) {
  const fields = Object.values(struct)
  for (const field of fields.filter(field => field.tag === undefined)) writeField(writer, field, flexible)
  const tags = fields.filter(field => field.tag !== undefined)
  if (!flexible) return
  writer.appendUnsignedVarInt(tags.length)
  for (const field of tags) {
    const payload = kafka.Writer.create()
    writeField(payload, field, flexible)
    writer.appendUnsignedVarInt(field.tag).appendUnsignedVarInt(payload.length).append(payload.buffer)
  }
}

function writeField(writer, { append, value, structs, ids, struct }, flexible) {
  if (structs) {
    writer.appendArray(value, (writer, item) => writeStruct(writer, item, flexible), flexible, false)
  } else if (ids) {
    writer.appendArray(value, (writer, id) => writer.appendInt32(id), flexible, false)
  } else if (struct) {
    writer.appendInt8(value === null ? -1 : 1)
    if (value !== null) writeStruct(writer, value, flexible)
  } else if (append === 'appendString') {
    writer.appendString(value, flexible)
  } else {
    writer[append](append === 'appendInt64' ? BigInt(value) : value)
  }
}

function request(codec, values, args) {
  const given = camel(values)
  return codec.createRequest(...(args ? args(given) : Object.values(given))).buffer
}

function response(codec, api, version, fields, flexible) {
  const writer = kafka.Writer.create()
  writeStruct(writer, fields, flexible)
  const reader = kafka.Reader.from(Buffer.from(writer.buffer))
  let read
  try {
    read = codec.parseResponse(0, codec.api.key, version, reader)
  } catch (error) {
    read = error.response // It throws for an error code, and tells what it has read.
    if (read === undefined) throw error
  }
  const wanted = camel(plain(fields))
  deepStrictEqual(only(read, wanted), wanted, `${api} v${version}`)
  deepStrictEqual(reader.remaining, 0, `${api} v${version}`)
  return writer.buffer
}

/**
 * Writes a golden for each request and response of each version of each case; versions with the same bytes share a
 * line. A case has the `api`, its `versions` and the first `flexible` one, and by version the values of `requests` and
 * the fields of `responses`. `args` says how a request's values are given to the other implementation, where not in
 * the order of the wire.
 */
export function capture(file, cases) {
  const lines = new Map()
  const add = (message, version, values, buffer) => {
    const bytes = buffer.toString('hex')
    const key = JSON.stringify([message, values, bytes])
    if (!lines.has(key)) lines.set(key, { message, versions: [], bytes, values })
    lines.get(key).versions.push(version)
  }
  for (const { api, versions, flexible, requests, args, responses } of cases) {
    const name = api[0].toUpperCase() + api.slice(1)
    for (const version of versions) {
      const codec = kafka[`${api}V${version}`]
      for (const values of requests(version)) add(`${name}Request`, version, values, request(codec, values, args))
      for (const fields of responses(version)) {
        const bytes = response(codec, api, version, fields, version >= flexible)
        add(`${name}Response`, version, plain(fields), bytes)
      }
    }
  }
  const rows = Array.from(lines.values(), line => JSON.stringify(line))
  writeFileSync(file, `[\n${rows.join(',\n')}\n]\n`)
}
