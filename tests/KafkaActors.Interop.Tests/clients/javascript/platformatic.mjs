// @platformatic/kafka: platformatic.mjs produce|consume BOOTSTRAP TOPIC
import { Consumer, Producer, compatibilityPartitioner } from '@platformatic/kafka'
import { decode, printRecord, printStored, readByCodec } from './records.mjs'

const logAppendTime = 8

// Keys of a map of buffers may repeat.
const messageOf = (topic, record) => ({
  topic,
  key: decode(record.key) ?? undefined,
  value: decode(record.value) ?? undefined,
  headers: new Map(record.headers.map(({ key, value }) => [Buffer.from(key), decode(value)])),
  partition: record.partition ?? undefined,
  timestamp: BigInt(record.timestamp)
})

async function produce (options, topic) {
  const producer = new Producer({ ...options, idempotent: true, partitioner: compatibilityPartitioner })
  const { topics } = await producer.metadata({ topics: [topic] })
  const partitionsCount = topics.get(topic).partitionsCount
  for (const records of await readByCodec()) {
    const messages = records.map(record => messageOf(topic, record))
    const { offsets } = await producer.send({ messages, acks: -1, compression: records[0].codec })
    const bases = offsets.map(({ partition, offset }) => [partition, Number(offset)])
    printStored(records, bases, record => compatibilityPartitioner(null, decode(record.key)) % partitionsCount)
  }
  await producer.close()
}

// Without a group there is no stream: this fetches as the stream does, in one fetch session.
async function consume (options, topic) {
  const consumer = new Consumer({ ...options, groupId: 'unused' })
  consumer.topics.track(topic)
  const { topics } = await consumer.metadata({ topics: [topic] })
  const { id: topicId, partitions } = topics.get(topic)
  const ends = (await consumer.listOffsets({ topics: [topic], timestamp: -1n })).get(topic)
  const positions = (await consumer.listOffsets({ topics: [topic], timestamp: -2n })).get(topic)
  while (positions.some((position, partition) => position < ends[partition])) {
    const wanted = positions.map((fetchOffset, partition) => ({
      partition, fetchOffset, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: 1048576
    }))
    const fetched = await consumer.fetch(
      { node: partitions[0].leader, topics: [{ topicId, partitions: wanted }], maxWaitTime: 1000 })
    for (const { partitionIndex, records } of fetched.responses.flatMap(response => response.partitions))
      for (const batch of records ?? []) take(batch, partitionIndex, positions)
  }
  await consumer.close(true)
}

function take (batch, partition, positions) {
  for (const record of batch.records) {
    const offset = batch.firstOffset + BigInt(record.offsetDelta)
    if (offset < positions[partition]) continue
    const isAppendTime = (batch.attributes & logAppendTime) !== 0
    printRecord({
      partition,
      offset,
      timestamp: isAppendTime ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta,
      key: record.key,
      value: record.value,
      headers: record.headers.map(([key, value]) => [key.toString(), value])
    })
  }
  positions[partition] = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
}

const [command, bootstrap, topic] = process.argv.slice(2)
await ({ produce, consume })[command](
  { clientId: 'platformatic', bootstrapBrokers: [bootstrap], autocreateTopics: false, retries: 3 }, topic)
