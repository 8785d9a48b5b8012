// kafkajs' admin client: kafkajs-admin.mjs BOOTSTRAP. Prints the outcome of each step, a line each.
import kafkajs from 'kafkajs'
import { print } from './records.mjs'

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs
const topic = 'kafkajs-admin'
const client = new Kafka({
  clientId: 'kafkajs',
  brokers: [process.argv[2]],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 50, retries: 4 }
})
const admin = client.admin()
const resource = { type: ConfigResourceTypes.TOPIC, name: topic }

async function step (name, action) {
  try {
    print({ step: name, result: (await action()) ?? null })
  } catch (error) {
    const cause = error.errors?.[0] ?? error.cause ?? error
    print({ step: name, error: cause.type ?? cause.message })
  }
}

async function configOf (name) {
  const { resources } = await admin.describeConfigs(
    { resources: [{ ...resource, configNames: [name] }], includeSynonyms: false })
  const [{ configValue, isDefault }] = resources[0].configEntries
  return { configValue, isDefault }
}

async function send () {
  const producer = client.producer()
  await producer.connect()
  const messages = [...Array(10).keys()].map(number => (
    { partition: 1, value: String(number), timestamp: String(1000 + 10 * number) }))
  await producer.send({ topic, messages })
  await producer.disconnect()
}

const configEntries = [{ name: 'retention.ms', value: '60000' }]
const created = { topic, numPartitions: 2, replicationFactor: 1, configEntries }

await admin.connect()
await step('create', () => admin.createTopics({ topics: [created] }))
await step('create again', () => admin.createTopics({ topics: [created] }))
await step('create badly', () => admin.createTopics({ topics: [{ topic: 'not a name' }] }))
await step('list', async () => (await admin.listTopics()).includes(topic))
await step('metadata', async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics)
await step('grow', () => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }))
await step('partitions', async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length)
await send()
await step('offsets', () => admin.fetchTopicOffsets(topic))
await step('offsets by time', () => admin.fetchTopicOffsetsByTimestamp(topic, 1045))
await step('delete records', () => admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: '4' }] }))
await step('offsets then', () => admin.fetchTopicOffsets(topic))
await step('config', () => configOf('retention.ms'))
await step('alter', async () => (await admin.alterConfigs({
  validateOnly: false, resources: [{ ...resource, configEntries: [{ name: 'segment.bytes', value: '1048576' }] }]
})).resources[0].errorCode)
await step('config then', () => configOf('retention.ms'))
await step('altered', () => configOf('segment.bytes'))
await step('cluster', () => admin.describeCluster())
await step('delete', () => admin.deleteTopics({ topics: [topic] }))
await step('delete again', () => admin.deleteTopics({ topics: [topic] }))
await admin.disconnect()
