// A member of a group with kafkajs: kafkajs-member.mjs BOOTSTRAP TOPIC GROUP NAME ASSIGNER
// Prints what happens to it, a line each, commits after each batch, and leaves on SIGTERM. ASSIGNER is `roundrobin`,
// which librdkafka and others have too, or `default`, which is kafkajs' own under a name of its own.
import kafkajs from 'kafkajs'
import { print } from './records.mjs'

const { AssignerProtocol, Kafka, PartitionAssigners, logLevel } = kafkajs
const [bootstrap, topic, groupId, clientId, assigner] = process.argv.slice(2)

const roundRobin = ({ cluster }) => ({
  name: 'roundrobin',
  version: 0,
  protocol: ({ topics }) => ({
    name: 'roundrobin',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) })
  }),
  async assign ({ members, topics }) {
    const ids = members.map(member => member.memberId).toSorted()
    const partitions = topics.flatMap(name =>
      cluster.findTopicPartitionMetadata(name).map(({ partitionId }) => [name, partitionId]))
    const assignments = new Map(ids.map(id => [id, {}]))
    partitions.forEach(([name, partition], index) => {
      const assignment = assignments.get(ids[index % ids.length])
      ;(assignment[name] ??= []).push(partition)
    })
    return ids.map(memberId => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode(
        { version: 0, assignment: assignments.get(memberId), userData: Buffer.alloc(0) })
    }))
  }
})

const client = new Kafka(
  { clientId, brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 100, maxRetryTime: 1000 } })
const consumer = client.consumer({
  groupId,
  sessionTimeout: 6000,
  rebalanceTimeout: 10000,
  heartbeatInterval: 500,
  maxWaitTimeInMs: 200,
  allowAutoTopicCreation: false,
  partitionAssigners: [assigner === 'default' ? PartitionAssigners.roundRobin : roundRobin]
})
consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
  print({ event: 'assigned', partitions: payload.memberAssignment[topic] ?? [] }))
consumer.on(consumer.events.CRASH, ({ payload }) =>
  print({ event: 'crashed', error: payload.error.type ?? payload.error.name }))
process.on('SIGTERM', async () => {
  await consumer.disconnect()
  process.exit(0)
})

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  async eachBatch ({ batch, resolveOffset, heartbeat, isRunning, isStale }) {
    const { partition } = batch
    let next = null
    for (const message of batch.messages) {
      if (!isRunning() || isStale()) break
      print({ event: 'record', partition, offset: Number(message.offset), value: message.value.toString() })
      resolveOffset(message.offset)
      next = Number(message.offset) + 1
    }
    if (next === null) return
    await heartbeat()
    await consumer.commitOffsets([{ topic, partition, offset: String(next) }])
    print({ event: 'committed', partition, offset: next })
  }
})
