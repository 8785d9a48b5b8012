// kafkajs: kafkajs.mjs produce BOOTSTRAP TOPIC
import kafkajs from 'kafkajs'
import { decode, printStored, readByCodec } from './records.mjs'

const { CompressionTypes, Kafka, Partitioners, logLevel } = kafkajs
const codecs = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }

// Keys in the order given, values of a repeated one together: all that an object can hold.
function headersOf (record) {
  const headers = {}
  for (const { key, value } of record.headers) (headers[key] ??= []).push(decode(value))
  return headers
}

const messageOf = record => ({
  key: decode(record.key),
  value: decode(record.value),
  headers: headersOf(record),
  partition: record.partition ?? undefined,
  timestamp: String(record.timestamp)
})

async function produce (client, topic) {
  const chosen = new Map()
  const partitioner = () => {
    const choose = Partitioners.DefaultPartitioner()
    return arguments_ => {
      const partition = choose(arguments_)
      chosen.set(arguments_.message.key?.toString('base64'), partition)
      return partition
    }
  }
  const producer = client.producer({ createPartitioner: partitioner, allowAutoTopicCreation: false })
  await producer.connect()
  for (const records of await readByCodec()) {
    const results = await producer.send(
      { topic, acks: -1, compression: codecs[records[0].codec], messages: records.map(messageOf) })
    const bases = results.map(result => [result.partition, Number(result.baseOffset)])
    printStored(records, bases, record => chosen.get(record.key))
  }
  await producer.disconnect()
}

const [command, bootstrap, topic] = process.argv.slice(2)
const client = new Kafka({ clientId: 'kafkajs', brokers: [bootstrap], logLevel: logLevel.ERROR, retry: { retries: 3 } })
await ({ produce })[command](client, topic)
