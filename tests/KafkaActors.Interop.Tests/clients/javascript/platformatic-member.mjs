// A member of a group with @platformatic/kafka: platformatic-member.mjs BOOTSTRAP TOPIC GROUP NAME PROTOCOL
// Prints what happens to it, a line each, commits when it has read all there is, and leaves on SIGTERM. PROTOCOL is
// `classic` or `consumer` (KIP-848).
import { Consumer } from '@platformatic/kafka'
import { print } from './records.mjs'

const [bootstrap, topic, groupId, clientId, groupProtocol] = process.argv.slice(2)
const consumer = new Consumer({
  clientId,
  groupId,
  groupProtocol,
  bootstrapBrokers: [bootstrap],
  sessionTimeout: 6000,
  heartbeatInterval: 500,
  rebalanceTimeout: 10000,
  maxWaitTime: 200,
  autocreateTopics: false
})
consumer.on('consumer:group:join', ({ assignments }) =>
  print({ event: 'assigned', partitions: assignments?.find(each => each.topic === topic)?.partitions ?? [] }))
const stream = await consumer.consume(
  { topics: [topic], mode: 'committed', fallbackMode: 'earliest', autocommit: false })
process.on('SIGTERM', async () => {
  await stream.close()
  await consumer.close()
  process.exit(0)
})

for await (const message of stream) {
  const { partition, offset } = message
  print({ event: 'record', partition, offset, value: message.value.toString() })
  await message.commit()
  print({ event: 'committed', partition, offset: offset + 1n })
}
