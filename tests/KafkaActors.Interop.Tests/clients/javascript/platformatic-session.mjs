// @platformatic/kafka in one fetch session: platformatic-session.mjs BOOTSTRAP. Prints what each fetch was told, a line
// each. The client names what has changed since its last fetch, and keeps the rest to itself.
import { Admin, Consumer, Producer } from '@platformatic/kafka'
import { print } from './records.mjs'

const topic = 'platformatic-session'
const options = {
  clientId: 'platformatic',
  bootstrapBrokers: [process.argv[2]],
  retries: 0,
  autocreateTopics: false
}
const admin = new Admin(options)
await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 })
const consumer = new Consumer({ ...options, groupId: 'unused' })
consumer.topics.track(topic)
const { id: topicId, partitions: [{ leader }] } = (await consumer.metadata({ topics: [topic] })).topics.get(topic)
const positions = new Map([[0, 0n], [1, 0n], [2, 0n]])
let opened

async function send (...partitions) {
  const producer = new Producer(options)
  const messages = partitions.map(partition => ({ topic, partition, value: Buffer.from(`of ${partition}`) }))
  await producer.send({ messages, acks: -1 })
  await producer.close()
}

// Which partitions were told of, how many records each had, and whether it is the session that the first fetch opened.
async function fetch (step, maxWaitTime) {
  const wanted = [...positions].map(([partition, fetchOffset]) => ({
    partition, fetchOffset, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: 1048576
  }))
  const { sessionId, responses } = await consumer.fetch(
    { node: leader, topics: [{ topicId, partitions: wanted }], maxWaitTime, minBytes: 1 })
  opened ??= sessionId
  const told = responses.flatMap(response => response.partitions).map(({ partitionIndex, records }) => {
    const count = (records ?? []).reduce((sum, batch) => sum + batch.records.length, 0)
    positions.set(partitionIndex, positions.get(partitionIndex) + BigInt(count))
    return [partitionIndex, count]
  })
  print({ step, result: { inSession: sessionId !== 0 && sessionId === opened, told: told.toSorted() } })
}

await fetch('opened', 100)
await send(1)
await fetch('one has records', 10000)
await fetch('nothing is new', 100)
await send(0, 2)
await fetch('two have records', 10000)
await admin.createPartitions({ topics: [{ name: topic, count: 4 }] })
await consumer.metadata({ topics: [topic], forceUpdate: true })
positions.set(3, 0n)
await fetch('one is added', 100)
await send(3)
await fetch('the added one has records', 10000)
positions.set(1, 0n)
await fetch('one is read again', 10000)
positions.delete(1)
await send(1)
await fetch('one is forgotten', 100)
await send(1, 2)
await fetch('another has records', 10000)
await consumer.close(true)
await admin.close()
